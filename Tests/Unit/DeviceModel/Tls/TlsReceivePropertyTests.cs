using CsCheck;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

[TestFixture]
public sealed class TlsReceivePropertyTests
{
    [Test]
    public void Open_AnyStreamAnyCutInOrder_DecryptsEveryPacket() => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            RecordStream stream = TlsTransmitPropertyTests.RandomStream(random, 6);
            using var fixture = new EngineFixture();
            ulong handle = fixture.InstallRx(stream);
            var host = new HostSimulator(fixture, handle, stream);

            foreach ((int offset, int length) in stream.Cut(random, 3000))
            {
                host.Receive(offset, length);
            }

            Assert.That(host.Decrypted, Is.EqualTo(host.Packets));
            Assert.That(
                fixture.Traced.Where(t => t.Event.Kind == TraceEventKind.RecordOpened).Select(t => (t.Event.RecordNumber, t.Event.TcpSequence, t.Event.Value)),
                Is.EqualTo(stream.Records.Select(r => (r.Number, stream.Sequence(r.Offset), 1UL))));
        },
        iter: 60,
        threads: 1);

    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm)]
    [TestCase(TlsVersion.Tls13, TlsCipher.ChaCha20Poly1305)]
    public void Open_EveryCutOfThreeRecords_DecryptsBoth(TlsVersion version, TlsCipher cipher)
    {
        RecordStream stream = new RecordStream(version, cipher, 7, 0xFFFF_FFD0, 1).Add(33).Add(0).Add(5);
        for (int cut = 1; cut < stream.Length; cut++)
        {
            using var fixture = new EngineFixture();
            var host = new HostSimulator(fixture, fixture.InstallRx(stream), stream);

            host.Receive(0, cut);
            host.Receive(cut, stream.Length - cut);

            Assert.That(host.Decrypted, Is.EqualTo(2), $"cut at {cut}");
        }
    }

    [Test]
    public void Open_AnyLossReorderDuplication_NeverGivesWrongPlaintextAndRecovers()
    {
        int decrypted = 0;
        int packets = 0;
        int answered = 0;
        Gen.Int.Sample(
            seed =>
            {
                var random = new Random(seed);
                RecordStream stream = Long(random, fakes: random.Next(3) == 0);
                using var fixture = new EngineFixture();
                ulong handle = fixture.InstallRx(stream, budgetBytes: 20_000, budgetUs: 1);
                var host = new HostSimulator(fixture, handle, stream);
                int disturbance = random.Next(3, 40);
                Deliver(stream, host, random, disturbance);
                Assert.That(host.Failed, Is.Zero, "no tag fails when the bytes are right");
                decrypted += host.Decrypted;
                packets += host.Packets;
                answered += (int)fixture.Engine.Counters()[TlsCounter.RxResyncAccepted];
            },
            iter: 40,
            threads: 1);

        TestContext.Out.WriteLine($"{decrypted} of {packets} packets decrypted, {answered} answers taken");
        Assert.That(answered, Is.GreaterThan(10));
        Assert.That(decrypted, Is.GreaterThan(packets / 5));
    }

    [Test]
    public void Open_OnePacketInAHundredLate_DecryptsMost()
    {
        int decrypted = 0;
        int packets = 0;
        Gen.Int.Sample(
            seed =>
            {
                var random = new Random(seed);
                RecordStream stream = Long(random, fakes: false);
                using var fixture = new EngineFixture();
                var host = new HostSimulator(fixture, fixture.InstallRx(stream), stream);
                (int Offset, int Length)? late = null;
                int due = 0;
                for (int offset = 0; offset < stream.Length; offset += 1448)
                {
                    int length = Math.Min(1448, stream.Length - offset);
                    if (late is null && random.Next(100) == 0)
                    {
                        (late, due) = ((offset, length), 8);
                        continue;
                    }

                    host.Receive(offset, length);
                    if (late is { } lost && --due == 0)
                    {
                        host.Receive(lost.Offset, lost.Length);
                        late = null;
                    }

                    host.Parse();
                }

                decrypted += host.Decrypted;
                packets += host.Packets;
            },
            iter: 40,
            threads: 1);

        TestContext.Out.WriteLine($"{decrypted} of {packets} packets decrypted");
        Assert.That(decrypted, Is.GreaterThan(packets * 7 / 10));
    }

    [Test]
    public void Open_SaboteurHost_NeverGivesWrongPlaintextBehindACheckedTag() => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            RecordStream stream = Long(random, fakes: true);
            using var fixture = new EngineFixture();
            ulong handle = fixture.InstallRx(stream, budgetBytes: 5000, budgetUs: 1);
            byte[] wire = stream.Wire;
            byte[] opened = [.. stream.Opened];
            foreach ((int offset, int length) in stream.Cut(random, 1448))
            {
                if (random.Next(6) == 0)
                {
                    continue;
                }

                byte[] plain = new byte[length];
                RxResult result = fixture.Engine.Open(handle, stream.Sequence(offset), wire.AsSpan(offset, length), plain, fixture.NowPs += 1_000_000);
                if (result.Verdict == RxVerdict.ResyncRequest && random.Next(2) == 0)
                {
                    // A wrong number: the records are opened with it, and every tag must give it away.
                    fixture.Engine.AnswerResync(ResyncAnswerKind.Acknowledge, handle, result.CandidateSequence, (ulong)random.NextInt64());
                }

                if (result is { Verdict: RxVerdict.Decrypted, RecordsCompleted: > 0 })
                {
                    Assert.That(plain.AsSpan().SequenceEqual(opened.AsSpan(offset, length)), Is.True);
                }
            }
        },
        iter: 30,
        threads: 1);

    internal static RecordStream Long(Random random, bool fakes)
    {
        TlsCipher cipher = (TlsCipher)(1 + random.Next(3));
        TlsVersion version = random.Next(2) == 0 ? TlsVersion.Tls12 : TlsVersion.Tls13;
        var stream = new RecordStream(version, cipher, (ulong)random.NextInt64(), unchecked((uint)random.Next()), random.Next());
        while (stream.Length < 120_000)
        {
            byte[] payload = new byte[random.Next(random.Next(3) == 0 ? 16385 : 2500)];
            random.NextBytes(payload);
            if (fakes)
            {
                // The wire is full of chains of what looks like records of 40 bytes.
                for (int i = random.Next(40); i + 5 < payload.Length; i += 40)
                {
                    new byte[] { 23, 3, 3, 0, 35 }.CopyTo(payload, i);
                }

                stream.AddWithCiphertext(payload);
                continue;
            }

            stream.Add(payload);
        }

        return stream;
    }

    private static void Deliver(RecordStream stream, HostSimulator host, Random random, int disturbance)
    {
        var late = new List<(int Offset, int Length, int Due)>();
        int time = 0;
        foreach ((int offset, int length) in stream.Cut(random, 1448))
        {
            time++;
            switch (random.Next(disturbance))
            {
                case 0:
                    late.Add((offset, length, time + random.Next(1, 30)));
                    break;
                case 1:
                    host.Receive(offset, length);
                    host.Receive(offset, length);
                    break;
                case 2:
                    // A retransmission with other cuts: it overlaps what came before.
                    int back = Math.Min(offset, random.Next(500));
                    host.Receive(offset - back, length + back);
                    break;
                default:
                    host.Receive(offset, length);
                    break;
            }

            foreach ((int lateOffset, int lateLength, int due) in late.ToArray())
            {
                if (due <= time)
                {
                    host.Receive(lateOffset, lateLength);
                    late.Remove((lateOffset, lateLength, due));
                }
            }

            host.Parse();
        }
    }
}
