using CsCheck;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

[TestFixture]
public sealed class TlsTransmitPropertyTests
{
    private static readonly ulong[] s_numbers = [0, 1, uint.MaxValue, 1UL << 63, ulong.MaxValue - 40];
    private static readonly uint[] s_starts = [0, 1000, 0xFFFF_FFF0, 0xFFFF_F000, 0x7FFF_FFF0];
    private static readonly int[] s_sizes = [0, 1, 15, 16, 17, 255, 1400, 16384];

    internal static RecordStream RandomStream(Random random, int records)
    {
        TlsCipher cipher = (TlsCipher)(1 + random.Next(3));
        TlsVersion version = random.Next(2) == 0 ? TlsVersion.Tls12 : TlsVersion.Tls13;
        var stream = new RecordStream(version, cipher, s_numbers[random.Next(s_numbers.Length)], s_starts[random.Next(s_starts.Length)], random.Next());
        for (int i = 0; i < records; i++)
        {
            int size = random.Next(3) == 0 ? s_sizes[random.Next(s_sizes.Length)] : random.Next(random.Next(4) == 0 ? 16385 : 600);
            stream.Add(size, random.Next(5) == 0 ? (byte)21 : (byte)23);
        }

        return stream;
    }

    [Test]
    public void Protect_AnyStreamAnyCut_EqualsOracle() => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            RecordStream stream = RandomStream(random, 6);
            using var fixture = new EngineFixture();
            ulong handle = fixture.InstallTx(stream);
            var sent = new List<byte>();

            foreach ((int offset, int length) in stream.Cut(random, 4000))
            {
                (TxStatus status, byte[] bytes) = fixture.Send(handle, stream, offset, length);
                Assert.That(status, Is.EqualTo(TxStatus.Ok));
                sent.AddRange(bytes);
            }

            Assert.That(sent.ToArray().AsSpan().SequenceEqual(stream.Wire), Is.True);
            Assert.That(
                fixture.Traced.Where(t => t.Event.Kind == TraceEventKind.RecordProtected).Select(t => (t.Event.RecordNumber, t.Event.TcpSequence, t.Event.Length)),
                Is.EqualTo(stream.Records.Select(r => (r.Number, stream.Sequence(r.Offset), r.Length))));
        },
        iter: 60,
        threads: 1);

    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm)]
    [TestCase(TlsVersion.Tls13, TlsCipher.Aes256Gcm)]
    [TestCase(TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305)]
    public void Protect_EveryCutOfTwoRecords_EqualsOracle(TlsVersion version, TlsCipher cipher)
    {
        RecordStream stream = new RecordStream(version, cipher, 7, 0xFFFF_FFD0, 1).Add(33).Add(0).Add(5);
        using var fixture = new EngineFixture();
        ulong key = fixture.CreateKey(cipher, stream.Key);

        for (int cut = 1; cut < stream.Length; cut++)
        {
            ulong handle = fixture.InstallTx(key, stream);
            byte[] first = fixture.Send(handle, stream, 0, cut).Bytes;
            byte[] second = fixture.Send(handle, stream, cut, stream.Length - cut).Bytes;
            fixture.Engine.RemoveTx(handle);

            Assert.That((byte[])[.. first, .. second], Is.EqualTo(stream.Wire), $"cut at {cut}");
        }
    }

    [Test]
    public void Position_AnyRangeOfWhatWasSent_GivesTheSameBytesAgain()
    {
        int regenerated = 0;
        Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            RecordStream stream = RandomStream(random, 5);
            using var fixture = new EngineFixture();
            ulong handle = fixture.InstallTx(stream);
            int head = 0;
            while (head < stream.Length)
            {
                int next = Math.Min(stream.Length - head, 1 + random.Next(3000));
                Assert.That(fixture.Send(handle, stream, head, next).Bytes, Is.EqualTo(stream.Wire.AsSpan(head, next).ToArray()));
                head += next;
                for (int i = 0; i < 4; i++)
                {
                    int from = random.Next(head);
                    int length = Math.Min(head - from, random.Next(3) == 0 ? 1 + random.Next(20) : 1 + random.Next(3000));

                    (TxStatus status, byte[] bytes) = Retransmit(fixture, handle, stream, from, length, random.Next(2) == 0, random);

                    if (status == TxStatus.Ok)
                    {
                        regenerated++;
                        Assert.That(bytes.AsSpan().SequenceEqual(stream.Wire.AsSpan(from, length)), Is.True, $"range {from}+{length}");
                    }
                    else
                    {
                        Assert.That(status, Is.EqualTo(TxStatus.TagWithoutReplay));
                        Assert.That(bytes, Is.All.Zero);
                    }
                }
            }
        },
        iter: 40,
        threads: 1);
        Assert.That(regenerated, Is.GreaterThan(100));
    }

    [Test]
    public void Position_EveryRangeOfThreeShortRecords_GivesTheSameBytesAgain([Values] bool replay)
    {
        RecordStream stream = new RecordStream(TlsVersion.Tls12, TlsCipher.Aes128Gcm, 3, 0xFFFF_FFE8, 5).Add(9).Add(2).Add(0);
        using var fixture = new EngineFixture();
        ulong handle = fixture.InstallTx(stream);
        fixture.Send(handle, stream, 0, stream.Length);
        var random = new Random(1);

        for (int from = 0; from < stream.Length; from++)
        {
            (int start, int length, _) = stream.Records[stream.RecordAt(from)];
            for (int end = from + 1; end <= stream.Length; end++)
            {
                (TxStatus status, byte[] bytes) = Retransmit(fixture, handle, stream, from, end - from, replay, random);

                bool needsReplay = from > start && end > start + length - 16;
                Assert.That(status, Is.EqualTo(needsReplay && !replay ? TxStatus.TagWithoutReplay : TxStatus.Ok), $"range {from}..{end}");
                Assert.That(bytes, status == TxStatus.Ok ? Is.EqualTo(stream.Wire[from..end]) : Is.All.Zero, $"range {from}..{end}");
            }
        }
    }

    private static (TxStatus Status, byte[] Bytes) Retransmit(
        EngineFixture fixture, ulong handle, RecordStream stream, int from, int length, bool replay, Random random)
    {
        TxPositionSlot slot = default;
        Assert.That(fixture.Engine.Position(handle, 0, EngineFixture.PositionOf(stream, from), ref slot), Is.EqualTo(TxStatus.Ok));
        int at = stream.Records[stream.RecordAt(from)].Offset;
        while (replay && at < from)
        {
            int count = 1 + random.Next(from - at);
            Assert.That(fixture.Replay(handle, 0, stream.Plain.AsSpan(at, count), ref slot), Is.EqualTo(TxStatus.Ok));
            at += count;
        }

        return fixture.Send(handle, stream, from, length, ref slot);
    }
}
