using NicEmu.Driver.Ktls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Driver.Ktls.Strategies;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Ktls;

/// <summary>What lies before the first record matters until it is acknowledged, and not a byte longer.</summary>
[TestFixture]
public sealed class StartMarkerTests
{
    [Test]
    public void Transmit_TwoGigabytesOn_IsStillEncrypted([Values] TxStrategy strategy)
    {
        using var harness = new TxHarness(new());
        var stream = new CountingStream(TxHarness.Start);
        var poster = new RecordingPoster();
        using var session = new KtlsTxSession(harness.Info, stream, TxHarness.Handle, new(), new() { Strategy = strategy, Update = (_, _, done) => done(true) });
        var content = new byte[16384];
        TxVerdict verdict = TxVerdict.Posted;
        bool encrypted = true;
        for (long sent = 0; sent < (1L << 31) + 100_000 && verdict == TxVerdict.Posted && encrypted; sent += 16406)
        {
            uint sequence = stream.Sequence;
            session.Send(TlsContentType.ApplicationData, content, 16384);
            verdict = session.Transmit(TxHarness.Segment(sequence, content.AsSpan(0, 100)), poster);
            encrypted = poster.Frames.TrueForAll(static f => (f.Offloads & TxOffloads.Tls) != 0 || f.Payload.AsSpan().IndexOfAnyExcept((byte)0) >= 0);
            poster.Log.Clear();
            poster.Frames.Clear();
            poster.Replays.Clear();
            poster.Positions.Clear();
            poster.Ranges.Clear();
            poster.Contexts.Clear();
            poster.Progresses.Clear();
            session.OnAcknowledged(stream.Sequence);
        }

        Assert.That(verdict, Is.EqualTo(TxVerdict.Posted), "half the sequence space on, the start seems to lie ahead");
        Assert.That(encrypted, Is.True);
    }

    [Test]
    public void Transmit_FromBeforeStartAfterItWasAcknowledged_Dropped()
    {
        using var tx = new TxHarness(new());
        tx.Write(2);
        tx.Session.OnAcknowledged(TxHarness.Start);

        TxVerdict verdict = tx.Session.Transmit(TxHarness.Segment(unchecked(TxHarness.Start - 50), new byte[50]), tx.Poster);

        Assert.That(verdict, Is.EqualTo(TxVerdict.Drop), "nobody needs it any more");
    }
}
