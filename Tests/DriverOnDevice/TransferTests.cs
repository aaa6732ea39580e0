using NicEmu.Board;
using NicEmu.Board.Links;
using NicEmu.Board.Sessions;
using NicEmu.Conformance.Oracle;
using NicEmu.Driver.Kernel;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice;

/// <summary>A file through a genuine TLS connection, checked at both ends and on the wire.</summary>
public sealed class TransferTests
{
    private const int Size = 150_001;

    [Test]
    public void Transfer_CleanWire_ArrivesThroughTheCard(
        [Values] TlsVersion version,
        [Values] TlsCipher cipher,
        [Values(PeerKind.Nic, PeerKind.OpenSsl)] PeerKind peer,
        [Values] TransferDirection direction)
    {
        // Received content must last beyond the installation of the context, for the card to have something to decrypt.
        int size = direction == TransferDirection.Send ? Size : 10 * Size;
        TransferResult result = Run(new TransferOptions { Version = version, Cipher = cipher, Peer = peer, Direction = direction }, size, out bool equal);

        Check(result, equal, size);
        Assert.That(result.Machine.Ktls.TxTlsFallback, Is.Zero, "segments encrypted in software");
        if (direction == TransferDirection.Send)
        {
            Assert.That(result.Machine.TxState, Is.EqualTo(KtlsState.Device));
            Assert.That(result.WireSent!.ContentBytes, Is.EqualTo(size));
            Assert.That(result.WireSent.ContentSha256, Is.EqualTo(result.SourceSha256), "opened by BouncyCastle on the wire");
            Assert.That(result.Machine.Card["STAT_TX_TLS_ENCRYPTED_BYTES"], Is.GreaterThan((ulong)Size));
        }
        else
        {
            Assert.That(result.Machine.RxState, Is.EqualTo(KtlsState.Device));
            Assert.That(result.WireReceived!.ContentSha256, Is.EqualTo(result.SinkSha256));
            Assert.That(result.Machine.Ktls.RxRecordsDevice, Is.Positive, "records decrypted by the card");
        }
    }

    [Test]
    public void Transfer_Http_ArrivesBothWays([Values(PeerKind.Nic, PeerKind.OpenSsl)] PeerKind peer, [Values] TransferDirection direction, [Values] bool ipv6)
    {
        TransferResult result = Run(new TransferOptions { Form = TransferForm.Http, Peer = peer, Direction = direction, Ipv6 = ipv6 }, Size, out bool equal);

        Check(result, equal, Size);
    }

    [Test]
    public void Transfer_BadNetwork_ArrivesAndRepeatedBytesAreIdentical(
        [Values] TlsVersion version,
        [Values] TlsCipher cipher,
        [Values(PeerKind.Nic, PeerKind.OpenSsl)] PeerKind peer,
        [Values] TransferDirection direction)
    {
        var loss = new LossProfile { Drop = 0.02, Reorder = 0.02, Duplicate = 0.01, Corrupt = 0.005 };
        TransferResult result = Run(
            new TransferOptions { Version = version, Cipher = cipher, Peer = peer, Direction = direction, Outgoing = loss, Incoming = loss, Seed = 11 }, 600_000, out bool equal);

        Check(result, equal, 600_000);
        Assert.That(result.Outgoing.Dropped + result.Incoming.Dropped, Is.Positive, "the network was bad");
        WireOracleReport wire = direction == TransferDirection.Send ? result.WireSent! : result.WireReceived!;
        Assert.That(wire.RepeatedBytes, Is.Positive);
        Assert.That((wire.DifferingBytes, wire.UncheckedBytes), Is.EqualTo((0L, 0L)));
        Assert.That(wire.ContentSha256, Is.EqualTo(result.SourceSha256));
    }

    [Test]
    public void Transfer_FirstDataSegmentLost_CardIsRepositioned([Values] TlsVersion version)
    {
        var options = new TransferOptions { Version = version, ForcedLosses = [new ForcedLoss(TransferDirection.Send, StreamByte: 30_000)] };
        TransferResult result = Run(options, Size, out bool equal);

        Check(result, equal, Size);
        Assert.That(result.Outgoing.Dropped, Is.EqualTo(1));
        Assert.That(result.Machine.SegmentsRetransmitted, Is.Positive);
        Assert.That(result.Machine.Ktls.TxTlsOoo, Is.Positive);
        Assert.That(result.Machine.Card["STAT_TX_TLS_OOO"], Is.EqualTo((ulong)result.Machine.Ktls.TxTlsOoo));
        Assert.That(result.WireSent!.RepeatedBytes, Is.Positive);
    }

    [Test]
    public void Transfer_ReceivedSegmentLost_CardFindsItsPlaceAgain([Values] TlsVersion version)
    {
        var options = new TransferOptions
        {
            Version = version,
            Direction = TransferDirection.Receive,
            ForcedLosses = [new ForcedLoss(TransferDirection.Receive, StreamByte: 200_000)],
        };
        TransferResult result = Run(options, 2_000_000, out bool equal);

        Check(result, equal, 2_000_000);
        Assert.That(result.Incoming.Dropped, Is.EqualTo(1));
        Assert.That(result.Machine.Ktls.RxRecordsSoftware + result.Machine.Ktls.RxRecordsMixed, Is.Positive, "the record with the hole");
        Assert.That(result.Machine.Ktls.RxRecordsDevice, Is.GreaterThan(100), "of 123 records, the card decrypts those after the recovery too");
    }

    [Test]
    public void Transfer_WithoutOffload_IsEncryptedByDriver()
    {
        TransferResult result = Run(new TransferOptions { OffloadTx = false, OffloadRx = false }, Size, out bool equal);

        Check(result, equal, Size);
        Assert.That((result.Machine.TxState, result.Machine.RxState), Is.EqualTo((KtlsState.Software, KtlsState.Software)));
        Assert.That(result.Machine.Card["STAT_TX_TLS_ENCRYPTED_BYTES"], Is.Zero);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(16383)]
    [TestCase(16384)]
    [TestCase(16385)]
    public void Transfer_EdgeSizes_Arrive(int size)
    {
        TransferResult result = Run(new TransferOptions { Form = TransferForm.Http }, size, out bool equal);

        Check(result, equal, size);
    }

    [TestCase(9000, 0)]
    [TestCase(1500, 536)]
    [TestCase(576, 0)]
    public void Transfer_FrameSizes_Arrive(int mtu, int mss)
    {
        TransferResult result = Run(new TransferOptions { Mtu = mtu, MaximumSegmentSize = mss }, Size, out bool equal);

        Check(result, equal, Size);
    }

    [Test]
    public void Transfer_SameSeed_SameEventsByteForByte()
    {
        (string first, long firstEvents) = Digest(3);
        (string second, long secondEvents) = Digest(3);
        (string other, _) = Digest(4);

        Assert.That((second, secondEvents), Is.EqualTo((first, firstEvents)));
        Assert.That(other, Is.Not.EqualTo(first));
        Assert.That(firstEvents, Is.GreaterThan(1000));

        static (string, long) Digest(ulong seed)
        {
            using var hash = new EventHash();
            var loss = new LossProfile { Drop = 0.02, Reorder = 0.01 };
            TransferResult result = Run(new TransferOptions { Seed = seed, Trace = hash, TraceTimers = true, Outgoing = loss, Incoming = loss }, Size, out bool equal);
            Check(result, equal, Size);
            return (hash.Digest, hash.Events);
        }
    }

    [Test]
    public void Transfer_Cancelled_Throws()
    {
        using var source = new CancellationTokenSource();
        var options = new TransferOptions { Progress = _ => source.Cancel() };

        Assert.That(
            () => TransferSession.Run(options, Content(4_000_000), new MemoryStream(), source.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(1, true, "time limit")]
    [TestCase(3600, false, "HostUnreachable")]
    public void Transfer_WireThatLosesEverything_SaysWhy(int limitSeconds, bool timesOut, string why)
    {
        var options = new TransferOptions { Outgoing = new LossProfile { Drop = 1 }, TimeLimitPs = limitSeconds * 1_000_000_000_000 };
        TransferResult result = Run(options, Size, out _);

        Assert.That((result.Succeeded, result.TimedOut), Is.EqualTo((false, timesOut)));
        Assert.That(result.Failure, Does.Contain(why));
    }

    internal static TransferResult Run(TransferOptions options, int size, out bool equal)
    {
        MemoryStream content = Content(size);
        using var sink = new MemoryStream();
        TransferResult result = TransferSession.Run(options, content, sink);
        equal = sink.ToArray().AsSpan().SequenceEqual(content.ToArray());
        return result;
    }

    internal static void Check(TransferResult result, bool equal, long size)
    {
        Assert.That(result.Failure, Is.Null);
        Assert.That(equal, Is.True, "bytes that arrived");
        Assert.That((result.BytesSent, result.BytesReceived), Is.EqualTo((size, size)));
        Assert.That(result.SinkSha256, Is.EqualTo(result.SourceSha256));
        Assert.That((result.Machine.GuestErrors, result.PeerMachine?.GuestErrors ?? 0), Is.EqualTo((0L, 0L)));
        Assert.That(result.Machine.InterruptsMisrouted, Is.Zero);
    }

    private static MemoryStream Content(int size)
    {
        byte[] bytes = new byte[size];
        new SeededRandom(77).Fill(bytes);
        return new MemoryStream(bytes);
    }
}
