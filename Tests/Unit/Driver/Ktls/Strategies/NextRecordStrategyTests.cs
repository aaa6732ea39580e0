using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Ktls.Strategies;

/// <summary>Software until a record begins whose place the card was told (ktls-semantics §1.5; C061 to C065).</summary>
[TestFixture]
public sealed class NextRecordStrategyTests
{
    private const int RecordLength = TxHarness.RecordLength;

    private TxHarness _tx = null!;

    [SetUp]
    public void SetUp() => _tx = new(new() { Strategy = TxStrategy.NextRecord });

    [TearDown]
    public void TearDown() => _tx.Dispose();

    [Test]
    public void Transmit_InOrder_ByTheCard()
    {
        _tx.Write(2);

        _tx.Transmit(0, 700);
        _tx.Transmit(700, 1344);

        Assert.That(_tx.Log, Is.EqualTo("DATA 700 TLS, DATA 1344 TLS"));
        Assert.That(_tx.Expected, Is.EqualTo(2044));
        Assert.That(_tx.Counters.TxTlsOoo, Is.Zero);
    }

    [TestCase(0, 100)]
    [TestCase(100, 906)]
    [TestCase(1010, 500)]
    [TestCase(2043, 1)]
    public void Transmit_Again_SoftwareAndTheCardsPlaceStays(int offset, int length)
    {
        _tx.Write(2);
        _tx.Transmit(0, 2044);
        _tx.Poster.Log.Clear();
        _tx.Poster.Frames.Clear();

        _tx.Transmit(offset, length);

        Assert.That(_tx.Log, Is.EqualTo($"DATA {length}"));
        Assert.That(_tx.Poster.Frames[0].Payload, Is.EqualTo(_tx.Wire()[offset..(offset + length)]));
        Assert.That(_tx.Expected, Is.EqualTo(2044));
        Assert.That((_tx.Counters.TxTlsOoo, _tx.Counters.TxTlsFallback, _tx.Counters.TxTlsResyncRequests), Is.EqualTo((1L, 1L, 0L)), "a retransmission asks for nothing");
    }

    [Test]
    public void Transmit_AcrossHead_OldBySoftwareNewByTheCard()
    {
        _tx.Write(2);
        _tx.Transmit(0, 700);
        _tx.Poster.Log.Clear();

        _tx.Transmit(600, 800);

        Assert.That(_tx.Log, Is.EqualTo("DATA 100, DATA 700 TLS"));
        Assert.That(_tx.Expected, Is.EqualTo(1400));
    }

    [Test]
    public void Transmit_BeyondHead_SoftwareUntilTheNextRecordIsTold()
    {
        _tx.Write(1);
        _tx.Transmit(300, 200);
        _tx.Transmit(500, 522);

        int turnedAway = _tx.Write(1);
        _tx.Answer(true);
        _tx.Write(1);
        _tx.Transmit(RecordLength, RecordLength);

        Assert.That(turnedAway, Is.Zero, "the record waits for the card");
        Assert.That(_tx.Updates, Is.EqualTo(new[] { (RecordLength, TxHarness.FirstNumber + 1) }), "number and place of one record (C065)");
        Assert.That(_tx.Log, Is.EqualTo("DATA 200, DATA 522, DATA 1022 TLS"));
        Assert.That(_tx.Resumed, Is.EqualTo(1));
        Assert.That((_tx.Counters.TxTlsResyncRequests, _tx.Counters.TxTlsResyncs), Is.EqualTo((1L, 1L)), "asked for once (C062)");
    }

    [Test]
    public void Transmit_Pending_ExpectedIsLeftAlone()
    {
        _tx.Write(2);
        _tx.Transmit(300, 200);

        _tx.Transmit(0, 300);
        _tx.Transmit(500, 100);

        Assert.That(_tx.Log, Is.EqualTo("DATA 200, DATA 300, DATA 100"), "even what begins where the card stands (C063)");
        Assert.That(_tx.Expected, Is.Zero);
        Assert.That(_tx.Counters.TxTlsResyncRequests, Is.EqualTo(1));
    }

    [Test]
    public void Update_Refused_PendingStaysAndTheRecordAfterAsksAgain()
    {
        _tx.Write(1);
        _tx.Transmit(300, 722);
        _tx.Write(1);

        _tx.Answer(false);
        int taken = _tx.Write(2);
        _tx.Transmit(RecordLength, RecordLength);
        _tx.Answer(true);
        _tx.Write(1);
        _tx.Transmit(2 * RecordLength, RecordLength);

        Assert.That(taken, Is.EqualTo(1), "the record whose place was refused is written, the next one waits");
        Assert.That(_tx.Updates, Is.EqualTo(new[] { (RecordLength, TxHarness.FirstNumber + 1), (2 * RecordLength, TxHarness.FirstNumber + 2) }), "C064");
        Assert.That(_tx.Log, Is.EqualTo("DATA 722, DATA 1022, DATA 1022 TLS"));
        Assert.That(_tx.Counters.TxTlsResyncFailures, Is.EqualTo(1));
    }

    [Test]
    public void Update_AnsweredAtOnce_TheRecordDoesNotWait()
    {
        using var tx = new KtlsTxSession(_tx.Info, _tx.Stream, TxHarness.Handle, new(), new() { Strategy = TxStrategy.NextRecord, Update = (_, _, done) => done(true), Resumed = () => Assert.Fail("nobody waits") });
        tx.Send(TlsContentType.ApplicationData, new byte[100], 100);
        tx.Transmit(TxHarness.Segment(TxHarness.Start + 50, new byte[50]), _tx.Poster);

        int taken = tx.Send(TlsContentType.ApplicationData, new byte[100], 100);

        Assert.That(taken, Is.EqualTo(100));
    }

    [Test]
    public void Refused_InOrderData_AsksForTheNextRecord()
    {
        _tx.Write(2);
        _tx.Transmit(0, 700);
        _tx.Refuse(0, 700);

        _tx.Transmit(700, 100);
        _tx.Write(1);

        Assert.That(_tx.Log, Is.EqualTo("DATA 700 TLS, DATA 100"));
        Assert.That(_tx.Updates, Is.EqualTo(new[] { (2 * RecordLength, TxHarness.FirstNumber + 2) }));
    }

    [Test]
    public void Refused_FromBeforeTheLastPlace_SaysNothing()
    {
        _tx.Write(2);
        _tx.Transmit(0, 700);
        _tx.Transmit(700, 100);
        _tx.Refuse(0, 700);
        _tx.Write(1);
        _tx.Answer(true);
        _tx.Write(1);

        _tx.Refuse(700, 100);
        _tx.Transmit(2 * RecordLength, 10);

        Assert.That(_tx.Poster.Log[^1], Is.EqualTo("DATA 10 TLS"));
        Assert.That(_tx.Counters.TxTlsResyncRequests, Is.EqualTo(1));
    }

    // The Fungible driver's test: got - expected < 2^30 is the future.
    [TestCase(1u, 1)]
    [TestCase((1u << 30) - 1, 1)]
    [TestCase(1u << 30, 0)]
    [TestCase(0x7FFF_FFFFu, 0)]
    public void Transmit_FarAhead_FutureOrNot(uint ahead, int requests)
    {
        _tx.Session.Transmit(TxHarness.Segment(unchecked(TxHarness.Start + ahead), new byte[1]), _tx.Poster);

        Assert.That(_tx.Counters.TxTlsResyncRequests, Is.EqualTo(requests));
    }
}
