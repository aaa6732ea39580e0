using NicEmu.Board.Links;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Memory;
using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Driver;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Paths;

/// <summary>What is received stays in the card's buffers until it is copied, once, to where the reader wants it; decryption by the processor costs its passes more.</summary>
[TestFixture]
public sealed class PathReceiveTests
{
    private const int Length = 300_000;
    private const int Record = 10_000;

    private static readonly LossProfile Bad = new() { Drop = 0.02, Reorder = 0.02, Duplicate = 0.01 };

    [Test, Combinatorial]
    public void Tls_InOrderByTheCard_OneCopyToTheReader([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        using PathFlow flow = Open(version, cipher, offload: true, out List<byte> received);
        (long loaded, long stored) = Counts(flow);

        flow.Serve(() => received.Count == Length);

        Assert.That(received.ToArray().AsSpan().SequenceEqual(flow.Content), Is.True);
        Assert.That(flow.Host.Counters.RxRecordsDevice, Is.EqualTo(Length / Record));
        long wire = WireBytes(version, cipher);
        Assert.That(Counts(flow).Stored - stored, Is.EqualTo(wire));
        Assert.That(Counts(flow).Loaded - loaded, Is.EqualTo(wire + TypeBytes(version)), "TLS 1.3: the type is looked at");
        AssertReturned(flow);
        flow.Hosts.AssertClean();
    }

    [Test, Combinatorial]
    public void Tls_UntouchedByTheCard_OnePassMoreInTheReadersBuffer([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        using PathFlow flow = Open(version, cipher, offload: false, out List<byte> received);
        (long loaded, long stored) = Counts(flow);

        flow.Serve(() => received.Count == Length);

        Assert.That(received.ToArray().AsSpan().SequenceEqual(flow.Content), Is.True);
        Assert.That(flow.Host.Counters.RxRecordsSoftware, Is.EqualTo(Length / Record));
        long wire = WireBytes(version, cipher);
        Assert.That(Counts(flow).Stored - stored, Is.EqualTo(wire + Length + TypeBytes(version)));
        Assert.That(Counts(flow).Loaded - loaded, Is.EqualTo((2 * wire) + TypeBytes(version)));
        AssertReturned(flow);
        flow.Hosts.AssertClean();
    }

    [Test, Combinatorial]
    public void Tls_BadNetwork_MixedRecordsCostTheirReencryption([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        using PathFlow flow = Open(version, cipher, offload: true, out List<byte> received);
        flow.Hosts.Server.Network.Outgoing.Profile = Bad;
        (long loaded, long stored) = Counts(flow);

        flow.Serve(() => received.Count == Length);

        KtlsCounters counters = flow.Host.Counters;
        Assert.That(received.ToArray().AsSpan().SequenceEqual(flow.Content), Is.True);
        Assert.That(counters.RxRecordsMixed, Is.Positive);
        Assert.That(counters.RxRecordsDevice + counters.RxRecordsMixed + counters.RxRecordsSoftware, Is.EqualTo(Length / Record));
        long opened = counters.RxRecordsMixed + counters.RxRecordsSoftware;
        long wire = WireBytes(version, cipher);
        long again = Counts(flow).Loaded - loaded - wire - TypeBytes(version) - (opened * wire / (Length / Record));
        Assert.That(again, Is.InRange(1, counters.RxRecordsMixed * Record), "the decrypted share of mixed records");
        Assert.That(Counts(flow).Stored - stored - wire - (opened * (Length + TypeBytes(version)) / (Length / Record)), Is.EqualTo(again), "what is loaded to be encrypted again is stored again");
        AssertReturned(flow);
        flow.Hosts.AssertNoFindings();
    }

    [Test]
    public void Plain_BadNetworkAndAShortRing_EveryByteIsLoadedOnce()
    {
        using var flow = new PathFlow(new() { Nic = new() { RxRingLog2 = 4 } }, content: KtlsFixture.Pattern(Length, 5));
        flow.KeepReceived();
        flow.OpenPlain();
        List<byte> received = ReadPlain(flow);
        flow.Hosts.Server.Network.Outgoing.Profile = new() { Drop = 0.03, Reorder = 0.1 };

        flow.Serve(() => received.Count == Length);

        Assert.That(received.ToArray().AsSpan().SequenceEqual(flow.Content), Is.True);
        Assert.That(flow.Meter[MemoryTraffic.CpuRead], Is.EqualTo(Length));
        AssertReturned(flow);
        flow.Hosts.AssertClean();
    }

    [Test]
    public void Plain_NobodyReads_WindowClosesAndNothingIsLost()
    {
        using var flow = new PathFlow(new() { Nic = new() { RxSpareBuffers = 64 } }, content: KtlsFixture.Pattern(Length, 5));
        flow.KeepReceived();
        flow.OpenPlain();
        int sent = flow.Peer.Write(flow.Content);
        flow.Hosts.Loop.RunUntil(() => flow.Socket.Connection.Available == sent, 10 * TwoHosts.SecondPs);
        int held = flow.Socket.BuffersHeld;
        long before = flow.Meter[MemoryTraffic.CpuRead];
        var bytes = new byte[sent];

        int read = flow.Socket.Read(bytes);

        Assert.That(before, Is.Zero, "nothing is copied before it is read");
        Assert.That(held, Is.GreaterThanOrEqualTo(sent / 1460));
        Assert.That(bytes.AsSpan(0, read).SequenceEqual(flow.Content.AsSpan(0, read)), Is.True);
        Assert.That(read, Is.EqualTo(sent));
        AssertReturned(flow);
    }

    private static PathFlow Open(TlsVersion version, TlsCipher cipher, bool offload, out List<byte> received)
    {
        var flow = new PathFlow(new() { OffloadRx = offload, Nic = new() { RxSpareBuffers = 128 } }, (int)cipher % 2 == 1, content: KtlsFixture.Pattern(Length, 5));
        flow.KeepReceived();
        flow.OpenTls(version, cipher);
        var content = received = [];
        flow.Socket.Record = (type, bytes) =>
        {
            Assert.That(bytes.IsEmpty, Is.True, "the reader has its buffer");
            (int offset, int length) = flow.Socket.RecordPlace;
            if (type == TlsContentType.ApplicationData) content.AddRange(flow.ReaderBuffer!.Audited.Slice(offset, length));
        };
        flow.Peer.MaxRecordPayload = Record;
        return flow;
    }

    private static List<byte> ReadPlain(PathFlow flow)
    {
        var received = new List<byte>();
        flow.Socket.Readable = () =>
        {
            Span<byte> bytes = stackalloc byte[3000];
            for (int count; (count = flow.Socket.Read(bytes)) > 0;) received.AddRange(bytes[..count]);
        };
        return received;
    }

    private static (long Loaded, long Stored) Counts(PathFlow flow) => (flow.Meter[MemoryTraffic.CpuRead], flow.Meter[MemoryTraffic.CpuWrite]);

    /// <summary>RFC 8446 §5.2 and RFC 5288 §3, RFC 7905 §2: header, explicit nonce, content, type, tag.</summary>
    private static long WireBytes(TlsVersion version, TlsCipher cipher) =>
        Length / Record * (5 + (version == TlsVersion.Tls12 && cipher != TlsCipher.ChaCha20Poly1305 ? 8 : 0) + Record + (version == TlsVersion.Tls13 ? 1 : 0) + 16L);

    private static long TypeBytes(TlsVersion version) => version == TlsVersion.Tls13 ? Length / Record : 0;

    private static void AssertReturned(PathFlow flow) => Assert.That(flow.Socket.BuffersHeld, Is.Zero);
}
