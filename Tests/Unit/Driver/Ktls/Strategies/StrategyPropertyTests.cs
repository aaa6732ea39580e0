using CsCheck;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Ktls.Strategies;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Ktls.Strategies;

/// <summary>Any stream, any segments in any order, any strategy: each segment leaves as the oracle's bytes, and the card is never asked for anything that the manual forbids.</summary>
[TestFixture]
public sealed class StrategyPropertyTests
{
    private static readonly TlsCipher[] Ciphers = [TlsCipher.Aes128Gcm, TlsCipher.Aes256Gcm, TlsCipher.ChaCha20Poly1305];

    [Test]
    public void Transmit_AnySegmentsInAnyOrder_LeaveAsTheOraclesBytes([Values] TxStrategy strategy) =>
        Gen.Int.Sample(seed => Run(strategy, new Random(seed)), iter: 200);

    private static void Run(TxStrategy strategy, Random random)
    {
        TlsVersion version = random.Next(2) == 0 ? TlsVersion.Tls12 : TlsVersion.Tls13;
        using var tx = new TxHarness(new() { Strategy = strategy }, version, Ciphers[random.Next(3)]);
        var card = new ModelCard(tx.Info, TxHarness.FirstNumber) { Mode = TxStrategies.ModeOf(strategy) };
        int written = 0;
        int next = 0;
        int acknowledged = 0;
        for (int step = 0; step < 80; step++)
        {
            switch (random.Next(10))
            {
                case 0 or 1:
                    Write(random.Next(4) == 0 ? random.Next(1, 40) : random.Next(1, 3000));
                    break;
                case 2 when tx.Updates.Count > tx.Counters.TxTlsResyncs + tx.Counters.TxTlsResyncFailures:
                    Answer(random.Next(4) != 0);
                    break;
                case 3:
                    acknowledged = Math.Min(next, acknowledged + random.Next(2000));
                    tx.Session.OnAcknowledged(unchecked(TxHarness.Start + (uint)acknowledged));
                    break;
                case 4 when next < written:
                    // Lost on this side of the card: nothing was posted.
                    next += random.Next(1, Math.Min(written - next, 1500) + 1);
                    break;
                case 5 when acknowledged < next:
                    int from = random.Next(acknowledged, next);
                    Transmit(from, random.Next(1, Math.Min(written - from, 4000) + 1));
                    break;
                default:
                    if (next < written) Transmit(next, random.Next(1, Math.Min(written - next, 4000) + 1));
                    break;
            }
        }

        Assert.That((tx.Counters.TxTlsReplayBytes, tx.Counters.TxTlsWasteBytes), Is.EqualTo((card.ReplayedBytes, card.WasteBytes)));

        void Write(int payload)
        {
            int taken = tx.Write(1, payload);
            if (taken == 0) return;
            card.Add(tx.Stream.Bytes.AsSpan(written));
            written = tx.Stream.Bytes.Length;
        }

        void Answer(bool taken)
        {
            if (taken) card.Place = tx.Updates[^1].Offset;
            tx.Answer(taken);
        }

        void Transmit(int offset, int length)
        {
            card.Space = random.Next(8) == 0 ? 2 : int.MaxValue;
            card.RefuseNext = random.Next(20) == 0;
            card.Sent.Clear();
            TxVerdict verdict = tx.Session.Transmit(TxHarness.Segment(unchecked(TxHarness.Start + (uint)offset), tx.Stream.Bytes.AsSpan(offset, length), random.Next(2) * 500), card);
            card.RefuseNext = false;
            Assert.That(card.Violations, Is.Empty);
            Assert.That(verdict, Is.EqualTo(TxVerdict.Posted), "every record from what is acknowledged on is known");
            Resend();
            AssertSent(offset, length);
            next = Math.Max(next, offset + length);
        }

        void Resend()
        {
            foreach ((int offset, byte[] plain, TxOffloads offloads) in card.Refused)
            {
                var payload = new byte[plain.Length];
                TxSegment segment = TxHarness.Segment(unchecked(TxHarness.Start + (uint)offset), plain);
                byte[] frame = [.. segment.Headers, .. plain];
                bool again = tx.Session.OnFailure(new TxFailure { Status = TxStatus.DmaFault, Opcode = TxOpcode.Data, Handle = TxHarness.Handle, Frame = frame, HeaderLength = segment.Headers.Length, Offloads = offloads }, payload);
                Assert.That(again, Is.True);
                card.Sent.Add((offset, payload));
            }

            card.Refused.Clear();
        }

        void AssertSent(int offset, int length)
        {
            int at = offset;
            foreach ((int start, byte[] bytes) in card.Sent.OrderBy(static s => s.Offset))
            {
                Assert.That(start, Is.EqualTo(at), "no byte is missing or doubled");
                Assert.That(card.IsWire(start, bytes), Is.True);
                at += bytes.Length;
            }

            Assert.That(at, Is.EqualTo(offset + length));
        }
    }
}
