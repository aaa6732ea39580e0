using System.Buffers.Binary;
using NicEmu.Spec.Events;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces;

/// <summary>Packets wait for secrets from a ServerHello on, and never for ever.</summary>
public sealed class SecretsHoldTests
{
    private const string Random1 = "1111111111111111111111111111111111111111111111111111111111111111";
    private const string Random2 = "2222222222222222222222222222222222222222222222222222222222222222";
    private const string Secret = "3333333333333333333333333333333333333333333333333333333333333333";

    // Record header (handshake, TLS 1.2 as its version), then a handshake message of type 2.
    private static readonly byte[] ServerHello = [22, 3, 3, 0, 44, 2, 0, 0, 40];

    private MemoryStream _output = new();
    private long _time;

    [SetUp]
    public void SetUp()
    {
        _output = new MemoryStream();
        _time = 0;
    }

    [TearDown]
    public void TearDown() => _output.Dispose();

    [Test]
    public void Secrets_Tls12_StandBeforeTheServerHello()
    {
        using (var trace = new PcapngTrace(_output, leaveOpen: true))
        {
            Send(trace, 40000, [1]);
            Send(trace, 40000, ServerHello);
            Send(trace, 40000, [2]);
            Tell(trace, $"CLIENT_RANDOM {Random1} {Secret}");
            Send(trace, 40000, [3]);
        }

        Assert.That(Blocks(), Is.EqualTo("P S P P P"));
    }

    [Test]
    public void Secrets_Tls13_AllFourStandBeforeTheServerHello()
    {
        using (var trace = new PcapngTrace(_output, leaveOpen: true))
        {
            Send(trace, 40000, ServerHello);
            Tell(trace, $"CLIENT_HANDSHAKE_TRAFFIC_SECRET {Random1} {Secret}");
            Tell(trace, $"SERVER_HANDSHAKE_TRAFFIC_SECRET {Random1} {Secret}");
            Send(trace, 40000, [1]);
            Tell(trace, $"CLIENT_TRAFFIC_SECRET_0 {Random1} {Secret}");
            Tell(trace, $"SERVER_TRAFFIC_SECRET_0 {Random1} {Secret}");
        }

        Assert.That(Blocks(), Is.EqualTo("S S S S P P"));
    }

    [Test]
    public void Secrets_SeveralConnections_PacketsWaitForTheLast()
    {
        using var trace = new PcapngTrace(_output, leaveOpen: true);
        Send(trace, 40000, ServerHello);
        Send(trace, 40001, ServerHello);
        Tell(trace, $"CLIENT_RANDOM {Random1} {Secret}");
        string afterOne = Blocks();
        Tell(trace, $"CLIENT_RANDOM {Random2} {Secret}");

        Assert.That(afterOne, Is.EqualTo("S"));
        Assert.That(Blocks(), Is.EqualTo("S S P P"));
    }

    [Test]
    public void Secrets_ServerHelloSentAgain_IsOneConnection()
    {
        using var trace = new PcapngTrace(_output, leaveOpen: true);
        Send(trace, 40000, ServerHello);
        Send(trace, 40000, ServerHello);
        Tell(trace, $"CLIENT_RANDOM {Random1} {Secret}");

        Assert.That(Blocks(), Is.EqualTo("S P P"));
    }

    [Test]
    public void Secrets_NobodyTells_PacketsPassAfterAMegabyte()
    {
        using var trace = new PcapngTrace(_output, leaveOpen: true);
        Send(trace, 40000, ServerHello);
        int held = 0;
        while (_output.Length < 1 << 20 && held < 2000)
        {
            Send(trace, 40000, new byte[1000]);
            held++;
        }

        long released = _output.Length;
        Send(trace, 40000, ServerHello);

        Assert.That(held, Is.InRange(950, 1050), "packets that waited, of a kilobyte each");
        Assert.That(_output.Length, Is.GreaterThan(released), "after giving up, nothing waits any more");
    }

    [Test]
    public void Secrets_ToldAfterGivingUp_PacketsOfTheNextConnectionWait()
    {
        using var trace = new PcapngTrace(_output, leaveOpen: true);
        Send(trace, 40000, ServerHello);
        for (int i = 0; i < 1100; i++)
        {
            Send(trace, 40000, new byte[1000]);
        }

        Tell(trace, $"CLIENT_RANDOM {Random1} {Secret}");
        string before = Blocks();
        Send(trace, 40001, ServerHello);

        Assert.That(Blocks(), Is.EqualTo(before));
    }

    [Test]
    public void Secrets_NotEmbedded_NothingWaits()
    {
        using var trace = new PcapngTrace(_output, new PcapngTraceOptions { EmbedSecrets = false }, leaveOpen: true);
        Send(trace, 40000, ServerHello);
        string afterHello = Blocks();
        Tell(trace, $"CLIENT_RANDOM {Random1} {Secret}");

        Assert.That(afterHello, Is.EqualTo("P"));
        Assert.That(Blocks(), Is.EqualTo("P"));
    }

    [Test]
    public void Secrets_NeverTold_FileHoldsAllPacketsAtTheEnd()
    {
        using (var trace = new PcapngTrace(_output, leaveOpen: true))
        {
            Send(trace, 40000, ServerHello);
            Send(trace, 40000, [1]);
        }

        Assert.That(Blocks(), Is.EqualTo("P P"));
    }

    private static void Tell(PcapngTrace trace, string line) => trace.On(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = line }, default);

    private void Send(PcapngTrace trace, ushort port, byte[] payload)
    {
        byte[] frame = TestFrames.Tcp(TestFrames.ServerIpv4, TestFrames.ClientIpv4, 4433, port, 1, 1, 0x18, payload);
        trace.On(new TraceEvent { Kind = TraceEventKind.FrameReceived, TimePs = _time += 1_000_000 }, frame);
    }

    /// <summary>The blocks of packets (P) and secrets (S) that have reached the file.</summary>
    private string Blocks()
    {
        ReadOnlySpan<byte> file = _output.ToArray();
        List<char> found = [];
        while (!file.IsEmpty)
        {
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(file);
            if (type is 6 or 10)
            {
                found.Add(type == 6 ? 'P' : 'S');
            }

            file = file[BinaryPrimitives.ReadInt32LittleEndian(file[4..])..];
        }

        return string.Join(' ', found);
    }
}
