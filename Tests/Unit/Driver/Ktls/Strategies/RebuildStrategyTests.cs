using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Ktls.Strategies;

/// <summary>What a positional context is told, and when (data-paths §4.1, mlx5 §1.6).</summary>
[TestFixture]
public sealed class RebuildStrategyTests
{
    private TxHarness _tx = null!;

    [SetUp]
    public void SetUp()
    {
        _tx = new(new() { Strategy = TxStrategy.Rebuild });
        _tx.Write(3);
    }

    [TearDown]
    public void TearDown() => _tx.Dispose();

    [Test]
    public void Transmit_InOrder_DataOnly()
    {
        _tx.Transmit(0, 700);
        _tx.Transmit(700, 2000);

        Assert.That(_tx.Log, Is.EqualTo("DATA 700 TLS, DATA 2000 TLS"));
        Assert.That(_tx.Counters.TxTlsOoo, Is.Zero);
    }

    // Records of 1022 bytes at 0, 1022 and 2044; the place is at 2500.
    [TestCase(0, 100, "SET_CONTEXT 7, SET_PROGRESS, FENCE, DATA 100 TLS", TestName = "Transmit_AgainFromRecordStart_NoReplay")]
    [TestCase(1022, 100, "SET_CONTEXT 8, SET_PROGRESS, FENCE, DATA 100 TLS", TestName = "Transmit_AgainSecondRecord_ItsNumber")]
    [TestCase(100, 50, "SET_CONTEXT 7, SET_PROGRESS, FENCE, REPLAY 100, DATA 50 TLS", TestName = "Transmit_AgainBeforeTheTag_ReplayAllTheSame")]
    [TestCase(1023, 1, "SET_CONTEXT 8, SET_PROGRESS, FENCE, REPLAY 1, DATA 1 TLS", TestName = "Transmit_AgainSecondByte_OneByte")]
    [TestCase(1000, 1100, "SET_CONTEXT 7, SET_PROGRESS, FENCE, REPLAY 1000, DATA 1100 TLS", TestName = "Transmit_AgainOverThreeRecords_OnlyTheFirstIsReplayed")]
    [TestCase(2400, 50, "SET_CONTEXT 9, SET_PROGRESS, FENCE, REPLAY 356, DATA 50 TLS", TestName = "Transmit_AgainInTheHeadsRecord_Parameters")]
    [TestCase(2600, 50, "REPLAY 100, DATA 50 TLS", TestName = "Transmit_GapInTheRecord_ReplayOfTheGapOnly")]
    [TestCase(2400, 600, "SET_CONTEXT 9, SET_PROGRESS, FENCE, REPLAY 356, DATA 600 TLS", TestName = "Transmit_AcrossHead_OneFrame")]
    public void Transmit_OutOfOrder(int offset, int length, string expected)
    {
        _tx.Transmit(0, 2500);
        _tx.Poster.Log.Clear();

        _tx.Transmit(offset, length);

        Assert.That(_tx.Log, Is.EqualTo(expected));
        Assert.That(_tx.Expected, Is.EqualTo(offset + length), "the place is where the segment ended");
    }

    [Test]
    public void Transmit_GapToTheRecordAfter_Parameters()
    {
        _tx.Transmit(0, 1000);
        _tx.Poster.Log.Clear();

        _tx.Transmit(1030, 50);

        Assert.That(_tx.Log, Is.EqualTo("SET_CONTEXT 8, SET_PROGRESS, FENCE, REPLAY 8, DATA 50 TLS"));
    }

    [Test]
    public void Transmit_PlaceAtTheRecordStart_TheRuleAsksForParameters()
    {
        _tx.Transmit(0, 1022);
        _tx.Poster.Log.Clear();

        _tx.Transmit(1122, 50);

        Assert.That(_tx.Log, Is.EqualTo("SET_CONTEXT 8, SET_PROGRESS, FENCE, REPLAY 100, DATA 50 TLS"), "gap = off is no gap within the record");
    }

    [Test]
    public void Transmit_ReturnToTheHead_IsASecondRebuild()
    {
        _tx.Transmit(0, 2500);
        _tx.Transmit(300, 100);
        _tx.Poster.Log.Clear();

        _tx.Transmit(2500, 100);

        Assert.That(_tx.Log, Is.EqualTo("SET_CONTEXT 9, SET_PROGRESS, FENCE, REPLAY 456, DATA 100 TLS"));
        Assert.That((_tx.Counters.TxTlsOoo, _tx.Counters.TxTlsReplayBytes), Is.EqualTo((2L, 756L)));
    }

    [Test]
    public void Transmit_ReturnWithinTheRecord_IsTheGap()
    {
        _tx.Transmit(0, 900);
        _tx.Transmit(300, 100);
        _tx.Poster.Log.Clear();

        _tx.Transmit(900, 100);

        Assert.That(_tx.Log, Is.EqualTo("REPLAY 500, DATA 100 TLS"));
        Assert.That(_tx.Poster.Replays[^1], Is.EqualTo(_tx.Stream.Bytes[400..900]));
    }

    [Test]
    public void Transmit_SameRecordTwice_NumberIsToldOnce()
    {
        _tx.Transmit(0, 2500);
        _tx.Transmit(300, 100);
        _tx.Poster.Log.Clear();

        _tx.Transmit(200, 100);

        Assert.That(_tx.Log, Is.EqualTo("SET_PROGRESS, FENCE, REPLAY 200, DATA 100 TLS"), "the number is the one told last (mlx5 §1.6)");
    }

    [Test]
    public void Transmit_OutOfOrder_DescriptorsDescribeTheRecord()
    {
        _tx.Transmit(0, 2500);

        _tx.Transmit(1222, 100);

        Assert.That((_tx.Poster.Contexts[0].Handle, _tx.Poster.Contexts[0].RecordNumber, _tx.Poster.Contexts[0].Version), Is.EqualTo((TxHarness.Handle, 8UL, TlsVersion.Tls13)));
        Assert.That((_tx.Poster.Progresses[0].Handle, _tx.Poster.Progresses[0].RecordStartSequence), Is.EqualTo((TxHarness.Handle, unchecked(TxHarness.Start + 1022))));
        Assert.That(_tx.Poster.Replays[0], Is.EqualTo(_tx.Stream.Bytes[1022..1222]));
    }

    [Test]
    public void Refused_NextSegment_IsPlacedAnew()
    {
        _tx.Transmit(0, 1100);
        _tx.Refuse(0, 1100);
        _tx.Poster.Log.Clear();

        _tx.Transmit(1100, 50);
        _tx.Transmit(1150, 50);

        Assert.That(_tx.Log, Is.EqualTo("SET_CONTEXT 8, SET_PROGRESS, FENCE, REPLAY 78, DATA 50 TLS, DATA 50 TLS"));
    }

    [Test]
    public void Transmit_RecordAcknowledged_DroppedAndThePlaceStays()
    {
        _tx.Transmit(0, 2500);
        _tx.Session.OnAcknowledged(unchecked(TxHarness.Start + 1022));
        _tx.Poster.Log.Clear();

        TxVerdict verdict = _tx.Transmit(1000, 100);

        Assert.That(verdict, Is.EqualTo(TxVerdict.Drop));
        Assert.That(_tx.Log, Is.Empty);
        Assert.That(_tx.Expected, Is.EqualTo(2500));
    }
}
