using CsCheck;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>Any stream, sent and sent again in any way that the positional and the range mode allow, is what the oracle makes of it; the engine is swapped in between.</summary>
[TestFixture]
public sealed class TxModePropertyTests
{
    [Test]
    public void Positional_AnySendsAndRetransmissions_EqualOracle()
    {
        int rebuilds = 0;
        int gaps = 0;
        Gen.Int.Sample(
            seed =>
            {
                var random = new Random(seed);
                RecordStream stream = TlsTransmitPropertyTests.RandomStream(random, 5);
                using var fixture = new EngineFixture();
                fixture.Engine.TracePlaintext = true;
                ulong handle = fixture.InstallTx(stream, mode: TxMode.Positional);
                byte[] wire = stream.Wire;
                int place = 0;
                int head = 0;
                while (head < stream.Length)
                {
                    bool isNew = random.Next(3) > 0;
                    int from = isNew ? head : random.Next(head + 1);
                    int length = Math.Min(stream.Length - from, 1 + random.Next(random.Next(3) == 0 ? 20 : 3000));
                    if (Go(fixture, handle, stream, ref place, from, random))
                    {
                        rebuilds++;
                    }
                    else
                    {
                        gaps++;
                    }

                    if (random.Next(6) == 0)
                    {
                        fixture.Swap();
                    }

                    (TxStatus status, byte[] bytes) = fixture.Send(handle, stream, from, length);

                    Assert.That(status, Is.EqualTo(TxStatus.Ok));
                    Assert.That(bytes.AsSpan().SequenceEqual(wire.AsSpan(from, length)), Is.True, $"range {from}+{length}");
                    place = from + length;
                    head = Math.Max(head, place);
                }

                TlsCounters counts = fixture.Engine.CountersOf(handle);
                Assert.That(counts[TlsCounter.TxRecords], Is.EqualTo((ulong)stream.Records.Count), "each record is new once");
                CheckPlaintext(fixture, handle, stream);
            },
            iter: 60,
            threads: 1);
        Assert.That(Math.Min(rebuilds, gaps), Is.GreaterThan(100));
    }

    [Test]
    public void Range_AnyWantedBytes_EqualOracle()
    {
        int waste = 0;
        Gen.Int.Sample(
            seed =>
            {
                var random = new Random(seed);
                RecordStream stream = TlsTransmitPropertyTests.RandomStream(random, 5);
                using var fixture = new EngineFixture();
                ulong handle = fixture.InstallTx(stream, mode: TxMode.Range);
                byte[] wire = stream.Wire;
                for (int i = 0; i < 60; i++)
                {
                    int from = random.Next(stream.Length);
                    int end = Math.Min(stream.Length, from + 1 + random.Next(random.Next(3) == 0 ? 20 : 3000));
                    waste += CheckRange(fixture, handle, stream, wire, from, end);
                    if (random.Next(10) == 0)
                    {
                        fixture.Swap();
                    }
                }
            },
            iter: 40,
            threads: 1);
        Assert.That(waste, Is.GreaterThan(1000));
    }

    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm)]
    [TestCase(TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305)]
    [TestCase(TlsVersion.Tls13, TlsCipher.Aes256Gcm)]
    public void Range_EveryRangeOfThreeShortRecords_EqualsOracle(TlsVersion version, TlsCipher cipher)
    {
        RecordStream stream = new RecordStream(version, cipher, 3, 0xFFFF_FFE8, 5).Add(37).Add(2).Add(0);
        using var fixture = new EngineFixture();
        ulong handle = fixture.InstallTx(stream, mode: TxMode.Range);
        byte[] wire = stream.Wire;

        for (int from = 0; from < stream.Length; from++)
        {
            for (int end = from + 1; end <= stream.Length; end++)
            {
                CheckRange(fixture, handle, stream, wire, from, end);
            }
        }
    }

    [TestCase(TlsVersion.Tls12, TlsCipher.Aes256Gcm)]
    [TestCase(TlsVersion.Tls13, TlsCipher.ChaCha20Poly1305)]
    public void Positional_EveryReplayOfThreeShortRecords_EqualsOracle(TlsVersion version, TlsCipher cipher)
    {
        RecordStream stream = new RecordStream(version, cipher, 3, 0xFFFF_FFE8, 5).Add(19).Add(2).Add(0);
        using var fixture = new EngineFixture();
        ulong handle = fixture.InstallTx(stream, mode: TxMode.Positional);
        TxPositionSlot slot = default;
        byte[] wire = stream.Wire;

        for (int from = 0; from < stream.Length; from++)
        {
            for (int record = 0; record <= stream.RecordAt(from); record++)
            {
                fixture.Rearm(handle, stream, record);
                int start = stream.Records[record].Offset;
                Assert.That(fixture.Replay(handle, 0, stream.Plain.AsSpan(start, from - start), ref slot), Is.EqualTo(TxStatus.Ok));

                (TxStatus status, byte[] bytes) = fixture.Send(handle, stream, from, stream.Length - from);

                Assert.That((status, bytes), Is.EqualTo((TxStatus.Ok, wire[from..])), $"from {from}, record {record}");
            }
        }
    }

    /// <summary>Brings the place to a byte as a driver does: not at all, over the gap in the same record, or by parameters and REPLAY.</summary>
    /// <returns>True for parameters.</returns>
    private static bool Go(EngineFixture fixture, ulong handle, RecordStream stream, ref int place, int to, Random random)
    {
        int record = stream.RecordAt(to);
        int start = stream.Records[record].Offset;
        bool rebuild = place != to && (place <= start || place > to);
        if (rebuild)
        {
            fixture.Rearm(handle, stream, record);
            place = start;
        }

        TxPositionSlot slot = default;
        while (place < to)
        {
            int count = 1 + random.Next(to - place);
            Assert.That(fixture.Replay(handle, 0, stream.Plain.AsSpan(place, count), ref slot), Is.EqualTo(TxStatus.Ok));
            place += count;
        }

        return rebuild;
    }

    /// <summary>Sends bytes by as many requests as they take, record by record, as the rule of the range mode wants them.</summary>
    /// <returns>Bytes wasted.</returns>
    private static int CheckRange(EngineFixture fixture, ulong handle, RecordStream stream, byte[] wire, int from, int end)
    {
        TxPositionSlot slot = default;
        int waste = 0;
        while (from < end)
        {
            (int start, int length, _) = stream.Records[stream.RecordAt(from)];
            int tag = start + length - 16;
            int body = start + stream.Layout.PrefixLength;
            bool wantsTag = end >= start + length;
            int wanted = Math.Min(from, tag);
            int first = wantsTag ? start : wanted < body ? start : wanted - ((wanted - body) % 16);
            int last = wantsTag ? start + length : Math.Min(end, tag);
            if (last <= wanted)
            {
                // Only a part of the tag is left: a range request cannot send it.
                return waste;
            }

            (TxStatus status, byte[] bytes) = fixture.SendRange(handle, stream, first, last - first, wanted - first, ref slot);

            Assert.That(status, Is.EqualTo(TxStatus.Ok), $"{first}..{last} for {wanted}");
            Assert.That(bytes.AsSpan().SequenceEqual(wire.AsSpan(wanted, last - wanted)), Is.True, $"{first}..{last} for {wanted}");
            waste += wanted - first;
            from = wantsTag ? last : end;
        }

        return waste;
    }

    /// <summary>However a record was sent, its plaintext is told once and whole.</summary>
    private static void CheckPlaintext(EngineFixture fixture, ulong handle, RecordStream stream)
    {
        var seen = fixture.Traced.Where(t => t.Event.Kind == TraceEventKind.RecordPlaintext && t.Event.Handle == handle).ToList();
        Assert.That(seen.Select(t => t.Event.RecordNumber), Is.EqualTo(stream.Records.Select(r => r.Number)));
        for (int i = 0; i < seen.Count; i++)
        {
            (int start, int length, _) = stream.Records[i];
            ReadOnlySpan<byte> body = stream.Plain.AsSpan(start + stream.Layout.PrefixLength, length - stream.Layout.PrefixLength - 16);
            Assert.That(body.StartsWith(seen[i].Data), Is.True, $"record {i}");
            Assert.That(seen[i].Data.Length, Is.InRange(body.Length - 1, body.Length), "TLS 1.3 has its inner type behind it");
        }
    }
}
