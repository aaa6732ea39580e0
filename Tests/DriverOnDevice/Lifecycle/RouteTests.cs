using NicEmu.Board.Links;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Driver;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Lifecycle;

/// <summary>A host with two cards: the route moves to the one without the key, and back.</summary>
[TestFixture]
public sealed class RouteTests
{
    private const int Length = 300_000;

    [Test, Combinatorial]
    public void Route_MovesAndReturnsInTransfer_NoPlaintextOnEitherPort([Values] TlsVersion version, [Values] TlsCipher cipher, [Values(TxStrategy.Reposition, TxStrategy.NextRecord)] TxStrategy strategy)
    {
        using var hosts = new TwoHosts(new() { MaxRecordPayload = 5000, Strategy = strategy }, secondPort: true);
        HostKernel host = hosts.Client.Host;
        hosts.Open(version, cipher);
        hosts.Client.Network.Outgoing.Profile = new LossProfile { Drop = 0.02 };
        hosts.Spare!.Network.Outgoing.Profile = new LossProfile { Drop = 0.02 };
        byte[] data = KtlsFixture.Pattern(Length, 1);
        Begin(hosts, data);

        for (int moves = 1; moves <= 6; moves++)
        {
            int until = moves * Length / 8;
            hosts.Loop.RunUntil(() => hosts.ServerReceived.Count >= until, 300 * TwoHosts.SecondPs);
            host.RouteBy(host.Ports[moves % 2]);
        }

        hosts.Loop.RunUntil(() => hosts.ServerReceived.Count == Length, 300 * TwoHosts.SecondPs);
        hosts.ServerToClient(data);

        Assert.That(hosts.Spare.Log.Sent, Is.Not.Empty);
        Assert.That(host.Counters.TxTlsOtherPort, Is.Positive);
        Assert.That(host.Ports[1].Nic.ReadCounter(NativeMap.Statistics.TxTlsPackets), Is.Zero, "the other card never encrypts");
        Assert.That(hosts.ClientSocket.TxState, Is.EqualTo(KtlsState.Device));
        AssertWire(hosts, data);
    }

    [Test]
    public void Route_Returned_CardEncryptsAgain()
    {
        using var hosts = new TwoHosts(secondPort: true);
        HostKernel host = hosts.Client.Host;
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(50_000, 1);

        hosts.ClientToServer(data);
        host.RouteBy(host.Ports[1]);
        hosts.ClientToServer(data);
        ulong away = host.Nic.ReadCounter(NativeMap.Statistics.TxTlsPackets);
        host.RouteBy(host.Ports[0]);
        hosts.ClientToServer(data);

        Assert.That(host.Nic.ReadCounter(NativeMap.Statistics.TxTlsPackets), Is.GreaterThan(away));
        AssertWire(hosts, [.. data, .. data, .. data]);
    }

    [Test]
    public void Removal_AnotherPortRuns_ConnectionsGoOnThere()
    {
        using var hosts = new TwoHosts(secondPort: true);
        HostKernel host = hosts.Client.Host;
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes256Gcm);
        NicError? error = null;
        host.Failed = e => error = e;
        byte[] data = KtlsFixture.Pattern(Length, 1);
        Begin(hosts, data);

        hosts.Client.Bus.IsRemoved = true;
        hosts.Loop.RunUntil(() => hosts.ServerReceived.Count == Length, 300 * TwoHosts.SecondPs);

        Assert.That(error, Is.EqualTo(NicError.Removed));
        Assert.That(host.Egress, Is.SameAs(host.Ports[1]));
        Assert.That((hosts.ClientSocket.TxState, hosts.ClientSocket.TxFallbackReason), Is.EqualTo((KtlsState.Software, KtlsFallbackReason.CardLost)));
        Assert.That(hosts.ClientSocket.Connection.State, Is.EqualTo(TcpState.Established));
        AssertWire(hosts, data);
    }

    private static void Begin(TwoHosts hosts, byte[] data)
    {
        int sent = 0;
        void Push()
        {
            sent += hosts.ClientSocket.Write(data.AsSpan(sent));
        }

        hosts.ClientSocket.Writable = Push;
        Push();
        hosts.Loop.RunUntil(() => hosts.ServerReceived.Count > 0, TwoHosts.SecondPs);
    }

    private static void AssertWire(TwoHosts hosts, byte[] data)
    {
        Assert.That(hosts.ServerReceived, Is.EqualTo(data));
        hosts.AssertNoLeak(data);
        IEnumerable<byte[]> frames = hosts.Client.Log.Sent.Concat(hosts.Spare!.Log.Sent);
        (byte[] content, _) = WireJudge.Open(frames, hosts.ClientSocket.Connection.Tuple.LocalPort, hosts.ClientStart, hosts.ClientKeys.Tx);
        Assert.That(content.AsSpan().SequenceEqual(data), Is.True, "what the wires say together");
    }
}
