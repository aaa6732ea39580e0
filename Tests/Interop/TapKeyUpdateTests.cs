using System.Diagnostics;
using System.Globalization;
using System.Text;
using NicEmu.Board.Sessions;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Interop;

/// <summary>KeyUpdate (RFC 8446 §4.6.3) against the openssl program over a TAP device. Needs root and openssl; skipped with the reason elsewhere.</summary>
[NonParallelizable]
public sealed class TapKeyUpdateTests
{
    private const long MinutePs = 60_000_000_000_000;
    private const int Chunk = 16_000;

    /// <summary>What openssl says on its output among the content: that it changed its key, and that there is nothing to read at the moment.</summary>
    private static readonly string[] Notices = ["SSL_do_handshake -> 1\n", "Read BLOCK\n"];

    private string _folder = "";

    [SetUp]
    public void CreateFolder()
    {
        _folder = Directory.CreateTempSubdirectory("nicemu").FullName;
        OpenSslProgram.Require();
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Send_WeUpdateAndAsk_OpenSslFollowsAndAnswers()
    {
        byte[] content = Letters(3_000_000);
        string copy = Path.Combine(_folder, "copy");
        using Process server = OpenSslProgram.Serve(4451, copy, _folder);
        var options = new TransferOptions { Peer = PeerKind.Tap, Port = 4451, Version = TlsVersion.Tls13, RekeyEveryRecords = 60, TimeLimitPs = MinutePs };

        TransferResult result = TransferSession.Run(options, new MemoryStream(content), Stream.Null);
        End(server);

        Assert.That(result.Failure, Is.Null);
        Assert.That(File.ReadAllBytes(copy).AsSpan().SequenceEqual(content), Is.True);
        KtlsCounters ktls = result.Machine.Ktls;
        Assert.That(ktls.TlsTxRekeyOk + ktls.TlsTxRekeyFallback + ktls.TlsTxRekeyAborted, Is.EqualTo(3), "184 records; the end may overtake the last");
        Assert.That(ktls.TlsRxRekeyReceived, Is.GreaterThanOrEqualTo(2), "openssl answers what asks it");
        Assert.That((ktls.TlsRxRekeyError, ktls.TlsDecryptError), Is.EqualTo((0L, 0L)));
    }

    /// <summary>"k" changes openssl's key, "K" also asks for ours.</summary>
    [TestCase('k', 0L)]
    [TestCase('K', 1L)]
    public void Send_OpenSslUpdatesInMidTransfer_WeFollow(char command, long ours)
    {
        byte[] content = Letters(3_000_000);
        string copy = Path.Combine(_folder, "copy");
        using Process server = OpenSslProgram.Serve(4452, copy, _folder, isQuiet: false);
        bool told = false;
        var options = new TransferOptions
        {
            Peer = PeerKind.Tap,
            Port = 4452,
            Version = TlsVersion.Tls13,
            TimeLimitPs = MinutePs,
            Progress = sent =>
            {
                if (!told && sent >= Chunk)
                {
                    told = true;
                    Tell(server, command);
                }
            },
        };

        TransferResult result = TransferSession.Run(options, new MemoryStream(content), Stream.Null);
        End(server);

        Assert.That(result.Failure, Is.Null);
        string said = Notices.Aggregate(File.ReadAllText(copy, Encoding.Latin1), static (text, notice) => text.Replace(notice, "", StringComparison.Ordinal));
        Assert.That(said.Contains(Encoding.Latin1.GetString(content), StringComparison.Ordinal), Is.True, "between what the program says itself");
        Assert.That((result.Machine.Ktls.TlsRxRekeyReceived, result.Machine.Ktls.TlsTxRekeyOk), Is.EqualTo((1L, ours)));
    }

    [TestCase('k', 0L)]
    [TestCase('K', 1L)]
    public void Receive_OpenSslUpdatesInMidTransfer_WeFollow(char command, long ours)
    {
        byte[] content = Letters(20 * Chunk);
        using var sink = new MemoryStream();
        Process? client = null;
        TransferMachines? machines = null;
        int given = 0;
        bool told = false;

        // What it reads at once is content or a command by its first letter, so it gets the next only when nothing of the last is left to read.
        void Feed()
        {
            if (sink.Length < given || client!.HasExited || given == content.Length)
            {
                return;
            }

            if (given == content.Length / 2 && !told)
            {
                told = true;
                Tell(client, command);
            }
            else if (!told || machines!.Host.Counters.TlsRxRekeyReceived > 0)
            {
                client.StandardInput.BaseStream.Write(content, given, Chunk);
                client.StandardInput.BaseStream.Flush();
                given += Chunk;
                if (given == content.Length)
                {
                    client.StandardInput.Close();
                }
            }
        }

        var options = new TransferOptions
        {
            Peer = PeerKind.Tap,
            Direction = TransferDirection.Receive,
            Port = 4453,
            Version = TlsVersion.Tls13,
            TimeLimitPs = MinutePs,
            Prepared = up =>
            {
                machines = up;
                client = OpenSslProgram.Shell(string.Create(CultureInfo.InvariantCulture, $"exec openssl s_client -connect {TransferSession.MachineAddress(false)}:4453 -quiet -no_ign_eof 2>/dev/null >/dev/null"), keepsInput: true);
                up.Board.Loop.EventRan = Feed;
            },
        };

        TransferResult result = TransferSession.Run(options, Stream.Null, sink);
        client!.Kill();
        client.Dispose();

        Assert.That(result.Failure, Is.Null);
        Assert.That(sink.ToArray().AsSpan().SequenceEqual(content), Is.True);
        Assert.That((result.Machine.Ktls.TlsRxRekeyReceived, result.Machine.Ktls.TlsTxRekeyOk), Is.EqualTo((1L, ours)));
        Assert.That((result.Machine.Ktls.TlsRxRekeyOk, result.Machine.RxState), Is.EqualTo((1L, KtlsState.Device)), "the card has the new key");
    }

    private static void Tell(Process program, char command)
    {
        program.StandardInput.BaseStream.Write(Encoding.ASCII.GetBytes([command, '\n']));
        program.StandardInput.BaseStream.Flush();
    }

    private static void End(Process server)
    {
        server.StandardInput.Close();
        Assert.That(server.WaitForExit(30_000), Is.True);
    }

    /// <summary>Small letters a to j: no chunk begins with a letter that openssl takes for a command.</summary>
    private static byte[] Letters(int length)
    {
        byte[] content = new byte[length];
        new NicEmu.Board.SeededRandom(8).Fill(content);
        for (int i = 0; i < length; i++)
        {
            content[i] = (byte)('a' + (content[i] % 10));
        }

        return content;
    }
}
