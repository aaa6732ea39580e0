using NicEmu.Driver.Crypto;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Driver;
using NicEmu.Tests.DriverOnDevice.Lifecycle;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Rekey;

/// <summary>A TLS 1.3 connection whose ends update their keys, with all keys of the client's direction on record.</summary>
internal sealed class RekeyFlow : IDisposable
{
    private readonly List<TlsCryptoInfo> _keys;
    private bool _isClosed;

    public RekeyFlow(TlsCipher cipher, HostOptions? client = null, bool withServerUpdater = true)
    {
        Hosts = new(client);
        Hosts.Open(TlsVersion.Tls13, cipher);
        _keys = [Hosts.ClientKeys.Tx];
        ClientUpdater = new(Client, Hosts.ClientKeys) { SendingKeyChanged = (keys, _) => _keys.Add(keys) };
        Attach(Client, ClientUpdater);
        if (!withServerUpdater) return;
        ServerUpdater = new(Server, Hosts.ServerKeys);
        Attach(Server, ServerUpdater);
    }

    public TwoHosts Hosts { get; }

    public HostSocket Client => Hosts.ClientSocket;

    public HostSocket Server => Hosts.ServerSocket;

    public KtlsCounters ServerCounters => Hosts.Server.Host.Counters;

    public KeyUpdater ClientUpdater { get; }

    public KeyUpdater? ServerUpdater { get; }

    public void UpdateClient() => Assert.That(Hosts.Loop.RunUntil(() => ClientUpdater.TryUpdate(), 60 * TwoHosts.SecondPs), Is.True, "the message fits");

    public void Run(long ps) => Hosts.Loop.RunUntil(static () => false, ps);

    /// <summary>Until acknowledgments and commands have had their time.</summary>
    public void Settle() => Run(TwoHosts.SecondPs / 10);

    /// <summary>Sends data with key updates within it, as fast as the socket takes it.</summary>
    public void Stream(byte[] data, int updateEvery)
    {
        int sent = 0;
        int nextUpdate = updateEvery;
        void Push()
        {
            while (sent < data.Length)
            {
                int part = Math.Min(data.Length, nextUpdate) - sent;
                int taken = Client.Write(data.AsSpan(sent, part));
                sent += taken;
                if (taken < part) return;
                if (sent < nextUpdate) continue;
                if (!ClientUpdater.TryUpdate()) return;
                nextUpdate += updateEvery;
            }
        }

        Client.Writable = Push;
        Push();
        Hosts.Loop.RunUntil(() => Hosts.ServerReceived.Count >= data.Length, 600 * TwoHosts.SecondPs);
    }

    /// <summary>Uses up the client's key table.</summary>
    public List<ulong> FillKeyTable(int leave)
    {
        var keys = new List<ulong>();
        while (true)
        {
            MailboxStatus? status = null;
            Hosts.Client.Host.Nic.Tls.CreateKey(TlsCipher.Aes128Gcm, new byte[16], result =>
            {
                status = result.Status;
                if (result.Ok) keys.Add(result.Handle);
            });
            Hosts.Loop.RunUntil(() => status is not null, TwoHosts.SecondPs);
            if (status == MailboxStatus.Ok) continue;
            Assert.That(status, Is.EqualTo(MailboxStatus.TableFull));
            break;
        }

        for (; leave > 0; leave--)
        {
            Hosts.Client.Host.Nic.Tls.Submit(MailboxOpcode.KeyDestroy, keys[^1]);
            keys.RemoveAt(keys.Count - 1);
        }

        return keys;
    }

    /// <summary>What arrived, and what the wire says under all keys in turn, is what was written; nobody did anything forbidden.</summary>
    public void Judge(byte[] expected)
    {
        Assert.That(Hosts.ServerReceived.ToArray().AsSpan().SequenceEqual(expected), Is.True, $"what arrived: {Hosts.ServerReceived.Count} of {expected.Length} bytes, {Server.RxError}");
        (byte[] content, int[] records) = WireJudge.Open(Hosts.Client.Log.Sent, Client.Connection.Tuple.LocalPort, Hosts.ClientStart, [.. _keys]);
        Assert.That(content.AsSpan().SequenceEqual(expected), Is.True, "what the wire says");
        Assert.That(records, Has.None.Zero, "each key protects something");
        Hosts.AssertNoLeak(expected);
        Hosts.AssertClean();
        _isClosed = true;
    }

    public void Dispose()
    {
        if (_isClosed) Assert.That(Hosts.Client.Host.Nic.CommandsTimedOut, Is.Zero);
        Hosts.Dispose();
    }

    private static void Attach(HostSocket socket, KeyUpdater updater)
    {
        RecordHandler? former = socket.Record;
        socket.Record = (type, content) =>
        {
            if (!updater.OnRecord(type, content)) former?.Invoke(type, content);
        };
    }
}
