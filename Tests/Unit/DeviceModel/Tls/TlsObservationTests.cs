using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>What the engine tells: counts, trace, and that it allocates nothing while packets pass.</summary>
[TestFixture]
public sealed class TlsObservationTests
{
    [Test]
    public void Counters_BothDirections_CountWhatHappened()
    {
        RecordStream stream = new RecordStream(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 0, 0, 1).Add(100).Add(100);
        using var fixture = new EngineFixture();
        ulong transmit = fixture.InstallTx(stream);
        ulong receive = fixture.InstallRx(stream);
        TxPositionSlot slot = default;
        fixture.Send(transmit, stream, 0, 200);
        fixture.Send(transmit, stream, 0, 10);
        fixture.Engine.Position(transmit, 0, EngineFixture.PositionOf(stream, 50), ref slot);
        fixture.Replay(transmit, 0, stream.Plain.AsSpan(0, 50), ref slot);
        fixture.Send(transmit, stream, 50, 100, ref slot);
        byte[] plain = new byte[150];
        fixture.Engine.Open(receive, 0, stream.Wire.AsSpan(0, 150), plain, 0);
        fixture.Engine.Open(receive, 0, stream.Wire.AsSpan(0, 150), plain, 0);
        fixture.Engine.RemoveTx(transmit);

        TlsCounters total = fixture.Engine.Counters();

        var counts = Enumerable.Range(0, (int)TlsCounter.Count).Where(i => total[i] > 0).Select(i => (TlsCounters.Names[i], total[i]));
        Assert.That(counts, Is.EqualTo(new[]
        {
            ("tx_tls_encrypted_packets", 2UL), ("tx_tls_encrypted_bytes", 300UL), ("tx_tls_ctx", 1UL), ("tx_tls_del", 1UL), ("tx_tls_ooo", 1UL),
            ("tx_tls_records", 1UL), ("tx_tls_tags_again", 1UL), ("tx_tls_replayed_bytes", 50UL), ("tx_tls_errors", 1UL),
            ("rx_tls_decrypted_packets", 1UL), ("rx_tls_decrypted_bytes", 150UL), ("rx_tls_ctx", 1UL), ("rx_tls_records", 1UL),
            ("rx_tls_passed_packets", 1UL), ("tls_key_loads", 2UL),
        }));
        Assert.That(TlsCounters.Names.Length, Is.EqualTo((int)TlsCounter.Count));
        Assert.That(fixture.Engine.TxRefusals[(int)TxStatus.NotInSequence], Is.EqualTo(1));
    }

    [TestCase(TlsVersion.Tls12)]
    [TestCase(TlsVersion.Tls13)]
    public void Plaintext_WhenWanted_IsTracedRecordByRecord(TlsVersion version)
    {
        byte[] alert = [1, 0];
        RecordStream stream = new RecordStream(version, TlsCipher.Aes128Gcm, 7, 0, 1).Add("hello"u8).Add(alert, 21).Add(3000).Add([]);
        using var fixture = new EngineFixture();
        fixture.Engine.TracePlaintext = true;
        ulong transmit = fixture.InstallTx(stream);
        ulong receive = fixture.InstallRx(stream);

        for (int offset = 0; offset < stream.Length; offset += 1000)
        {
            int length = Math.Min(1000, stream.Length - offset);
            fixture.Send(transmit, stream, offset, length);
            fixture.Engine.Open(receive, stream.Sequence(offset), stream.Wire.AsSpan(offset, length), new byte[length], 0);
        }

        var seen = fixture.Traced.Where(t => t.Event.Kind == TraceEventKind.RecordPlaintext).ToList();
        foreach ((ulong handle, uint flags) in ((ulong, uint)[])[(transmit, 0), (receive, 1)])
        {
            (TraceEvent Event, byte[] Data)[] own = [.. seen.Where(t => t.Event.Handle == handle)];
            Assert.That(own.Select(t => (t.Event.RecordNumber, t.Event.Code, t.Event.Flags)), Is.EqualTo(new[] { (7UL, 23, flags), (8UL, 21, flags), (9UL, 23, flags), (10UL, 23, flags) }));
            Assert.That(own[0].Data, Is.EqualTo("hello"u8.ToArray()));
            Assert.That(own[1].Data, Is.EqualTo(alert));
            int third = stream.Records[2].Offset + stream.Layout.PrefixLength;
            Assert.That(own[2].Data, Is.EqualTo(stream.Plain[third..(third + 3000)]));
            Assert.That(own[3].Data, Is.Empty);
        }
    }

    [Test]
    public void Plaintext_NotWanted_IsNotTraced()
    {
        RecordStream stream = new RecordStream(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 7, 0, 1).Add(20);
        using var fixture = new EngineFixture();

        fixture.Send(fixture.InstallTx(stream), stream, 0, stream.Length);

        Assert.That(fixture.Traced.Select(t => t.Event.Kind), Is.EqualTo(new[] { TraceEventKind.ContextInstalled, TraceEventKind.RecordProtected }));
    }

    [Test]
    public void PacketPath_WithoutListener_AllocatesNothing()
    {
        RecordStream stream = new RecordStream(TlsVersion.Tls12, TlsCipher.Aes128Gcm, 0, 0, 1).Add(16000).Add(16000);
        using var fixture = new EngineFixture();
        fixture.Trace.Sink = null;
        byte[] plain = stream.Plain;
        byte[] opened = new byte[stream.Length];
        ulong key = fixture.CreateKey(TlsCipher.Aes128Gcm, stream.Key);
        ulong first = fixture.InstallTx(key, stream);
        ulong second = fixture.InstallTx(key, stream);
        ulong receive = fixture.InstallRx(stream);
        TxPositionSlot slot = default;
        byte[] wire = stream.Wire;
        Pass(fixture, first, plain.AsSpan().ToArray(), ref slot);
        fixture.Engine.Open(receive, 0, wire.AsSpan(0, 1000), opened, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Pass(fixture, second, plain, ref slot);
        for (int offset = 1000; offset + 1000 <= wire.Length; offset += 1000)
        {
            fixture.Engine.Open(receive, (uint)offset, wire.AsSpan(offset, 1000), opened, 0);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(fixture.Engine.CountersOf(receive)[TlsCounter.RxDecryptedPackets], Is.EqualTo(32));
        Assert.That(plain, Is.EqualTo(wire));
    }

    private static void Pass(EngineFixture fixture, ulong handle, Span<byte> bytes, ref TxPositionSlot slot)
    {
        for (int offset = 0; offset < bytes.Length; offset += 1448)
        {
            Span<byte> piece = bytes.Slice(offset, Math.Min(1448, bytes.Length - offset));
            fixture.Engine.Protect(handle, 0, (uint)offset, piece, ref slot);
            fixture.Engine.CommitTx(handle, piece, 1, ref slot);
        }
    }
}
