using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>Rows of the transmit truth table about the positional mode. Records of the stream: 0, 129, 198, 227; end 316.</summary>
[TestFixture]
public sealed class TxPositionalRuleTests : TxRuleBench
{
    protected override TxMode Mode => TxMode.Positional;

    [Test]
    public void T52_NewContext_StandsAtItsFirstRecord()
    {
        CheckData("T52", 0, 200);

        ContextSnapshot place = Snapshot();
        Assert.That((place.Mode, place.State, place.ExpectedSequence, place.RecordNumber, place.RecordOffset, place.RecordLength),
            Is.EqualTo(((byte)1, (byte)1, Stream.Sequence(200), 7UL, 2U, 0U)));
    }

    [Test]
    public void T53_AnotherSequenceNumber_IsNotCompared([Values(-500, -1, 1, 7000)] int displaced)
    {
        SendAll(60);
        byte[] bytes = Stream.Plain.AsSpan(60, 100).ToArray();

        TxStatus status = Fixture.Engine.Protect(Handle, 0, unchecked(Stream.Sequence(60) + (uint)displaced), bytes, ref Slot);
        Fixture.Engine.CommitTx(Handle, bytes, 1, ref Slot);

        CheckAll("T53", status, bytes, 60);
        Assert.That(Head(), Is.EqualTo(Stream.Sequence(160)), "the place moves by what came");
    }

    [Test]
    public void T54_RearmedBeforeARecord_MakesItAgain()
    {
        SendAll(316);

        Fixture.Rearm(Handle, Stream, 1);

        CheckData("T54", 129, 69);
        TlsCounters counts = Fixture.Engine.CountersOf(Handle);
        Assert.That((counts[TlsCounter.TxRearms], counts[TlsCounter.TxOutOfOrder], counts[TlsCounter.TxRecords], counts[TlsCounter.TxTagsAgain]), Is.EqualTo((1UL, 1UL, 4UL, 1UL)));
    }

    [Test]
    public void T55_RearmedAndReplayed_GoesOnInMidRecord([Values(1, 4, 5, 9, 13, 14, 60, 128)] int before)
    {
        SendAll(316);
        Fixture.Rearm(Handle, Stream, 0);
        Replay(0, before);

        CheckData("T55", before, 200 - before);
    }

    [Test]
    public void T56_ReplayOfTheSameContext_IsAFence()
    {
        SendAll(316);
        Set(0);
        Replay(0, 50);

        CheckData("T56", 50, 79);
    }

    [Test]
    public void T56_ReplayOfAnotherContext_IsNone()
    {
        SendAll(60);
        Set(0);
        ulong other = Fixture.InstallTx(Key, Stream, mode: TxMode.Positional);

        TxStatus status = Fixture.Replay(other, 0, Stream.Plain.AsSpan(0, 50), ref Slot);

        Assert.That(status, Is.EqualTo(TxStatus.Ok));
        Assert.That(Fixture.Parameters.Handle, Is.EqualTo(Handle), "what was told waits");
        Assert.That(Head(), Is.EqualTo(Stream.Sequence(60)));
    }

    [Test]
    public void T57_WithoutAFence_DataIsEncryptedAtTheOldPlace()
    {
        SendAll(60);
        Set(0);

        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, 0, 40);

        Assert.That(status, Is.EqualTo(Rule("T57").Status));
        Assert.That(bytes, Is.Not.EqualTo(Stream.Wire[..40]).And.Not.EqualTo(Stream.Plain[..40]));
        Assert.That(Head(), Is.EqualTo(Stream.Sequence(100)), "old place and 40 bytes");
        Fixture.Engine.Fence(0, ref Fixture.Parameters);
        CheckData("T57", 0, 129);
    }

    [Test]
    public void T58_GapWithinARecord_NeedsItsBytesOnly()
    {
        SendAll(40);
        Replay(40, 50);

        CheckData("T58", 90, 39);
    }

    [Test]
    public void T59_ProgressAlone_TakesTheNumberToldLast()
    {
        SendAll(316);
        Fixture.Rearm(Handle, Stream, 2);
        Fixture.Send(Handle, Stream, 198, 118);

        Assert.That(Fixture.Engine.SetProgress(Handle, 0, Stream.Sequence(198), ref Fixture.Parameters), Is.EqualTo(TxStatus.Ok));
        Fixture.Engine.Fence(0, ref Fixture.Parameters);

        CheckData("T59", 198, 29);
    }

    [Test]
    public void T59_ProgressAloneInANewContext_TakesTheNumberOfItsCreation()
    {
        SendAll(316);

        Fixture.Engine.SetProgress(Handle, 0, Stream.Sequence(0), ref Fixture.Parameters);
        Fixture.Engine.Fence(0, ref Fixture.Parameters);

        CheckData("T59", 0, 129);
    }

    [Test]
    public void T60_NumberAlone_MovesNothing()
    {
        SendAll(60);
        Fixture.Engine.SetContext(Handle, 0, TlsVersion.Tls12, 6, ref Fixture.Parameters);
        Fixture.Engine.Fence(0, ref Fixture.Parameters);

        CheckData("T60", 60, 100);

        Assert.That(Fixture.Engine.CountersOf(Handle)[TlsCounter.TxRearms], Is.Zero);
        Fixture.Engine.SetProgress(Handle, 0, Stream.Sequence(129), ref Fixture.Parameters);
        Fixture.Engine.Fence(0, ref Fixture.Parameters);
        CheckData("T60", 129, 69);
    }

    [Test]
    public void T61_ReplayOverRecords_StepsTheNumber()
    {
        SendAll(60);
        Replay(60, 69 + 69);
        Assert.That(Snapshot().RecordNumber, Is.EqualTo(7));
        Replay(198, 40);

        CheckData("T61", 238, 78);
    }

    [Test]
    public void T62_ReplayWithoutAHeader_MovesNothing()
    {
        SendAll(129);

        TxStatus status = Fixture.Replay(Handle, 0, Stream.Plain.AsSpan(130, 20), ref Slot);

        CheckNone("T62", status, [], 129);
        Fixture.Rearm(Handle, Stream, 1);
        Assert.That(Fixture.Send(Handle, Stream, 129, 69).Bytes, Is.EqualTo(Stream.Wire[129..198]));
    }

    [Test]
    public void T63_DataWithoutAHeader_MovesNothing()
    {
        SendAll(129);

        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, 130, 20);

        CheckNone("T63", status, bytes, 129);
        Fixture.Rearm(Handle, Stream, 1);
        Assert.That(Fixture.Send(Handle, Stream, 129, 69).Bytes, Is.EqualTo(Stream.Wire[129..198]));
    }

    [Test]
    public void T64_AnotherVersion_IsRefused([Values((TlsVersion)0, TlsVersion.Tls13, (TlsVersion)0xFFFF)] TlsVersion version)
    {
        TxStatus status = Fixture.Engine.SetContext(Handle, 0, version, 5, ref Fixture.Parameters);

        CheckNone("T64", status, [], 0);
        Assert.That(Fixture.Parameters.IsActive, Is.False);
    }

    [Test]
    public void T65_AnotherQueue_IsRefused()
    {
        CheckNone("T65", Fixture.Engine.SetContext(Handle, 1, TlsVersion.Tls12, 5, ref Fixture.Parameters), [], 0);
        CheckNone("T65", Fixture.Engine.SetProgress(Handle, 1, 5, ref Fixture.Parameters), [], 0);
        Assert.That(Fixture.Parameters.IsActive, Is.False);
    }

    [Test]
    public void T65_MovedToAnotherQueue_WhatWaitsOnTheOldOneIsLost()
    {
        SendAll(60);
        Set(0);
        Fixture.Engine.MoveTx(Handle, 3);

        Fixture.Engine.Fence(0, ref Fixture.Parameters);

        Assert.That(Head(), Is.EqualTo(Stream.Sequence(60)));
        Assert.That(Fixture.Parameters.IsActive, Is.False);
    }

    [Test]
    public void T66_RemovedContext_IsStale()
    {
        Fixture.Engine.RemoveTx(Handle);

        CheckNone("T66", Fixture.Engine.SetContext(Handle, 0, TlsVersion.Tls12, 5, ref Fixture.Parameters), []);
        CheckNone("T66", Fixture.Engine.SetProgress(Handle, 0, 5, ref Fixture.Parameters), []);
        Assert.That(Fixture.Engine.SetProgress(Key, 0, 5, ref Fixture.Parameters), Is.EqualTo(TxStatus.ContextInvalid));
    }

    [Test]
    public void T67_BehindPosition_IsBroken()
    {
        ulong tracked = Fixture.InstallTx(Key, Stream);
        Fixture.Engine.Position(tracked, 0, EngineFixture.PositionOf(Stream, 0), ref Slot);

        TxStatus status = Fixture.Engine.Break(ref Slot);

        CheckNone("T67", status, [], 0);
        Fixture.Engine.Position(tracked, 0, EngineFixture.PositionOf(Stream, 0), ref Slot);
        CheckNone("T67", Fixture.Replay(Handle, 0, Stream.Plain.AsSpan(0, 10), ref Slot), [], 0);
    }

    [Test]
    public void T68_QueueReset_ForgetsWhatWaits()
    {
        SendAll(60);
        Set(0);
        Fixture.Engine.StopWaiting(0, ref Fixture.Parameters);

        Fixture.Engine.Fence(0, ref Fixture.Parameters);

        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, 60, 100);
        CheckNone("T68", status, bytes, 60);
    }

    [Test]
    public void T69_ParametersOfAnotherContext_PushTheFirstIntoEffect()
    {
        SendAll(316);
        Set(0);
        ulong other = Fixture.InstallTx(Key, Stream, mode: TxMode.Positional);

        Fixture.Engine.SetProgress(other, 0, 77, ref Fixture.Parameters);

        CheckData("T69", 0, 129);
        Assert.That(Fixture.Parameters.Handle, Is.EqualTo(other));
    }

    [Test]
    public void T70_RecordNumberUsedUp_NothingMoreIsProtected()
    {
        RecordStream last = LastRecord();
        ulong handle = Fixture.InstallTx(last, mode: TxMode.Positional);
        Fixture.Send(handle, last, 0, last.Length);
        byte[] bytes = last.Plain;

        TxStatus status = Fixture.Engine.Protect(handle, 0, last.Sequence(last.Length), bytes, ref Slot);

        CheckNone("T70", status, bytes);
        Assert.That(Fixture.Replay(handle, 0, last.Plain, ref Slot), Is.EqualTo(TxStatus.RecordLimit));
    }

    [Test]
    public void T71_LastRecord_CanBeSentAgain()
    {
        RecordStream last = LastRecord();
        ulong handle = Fixture.InstallTx(last, mode: TxMode.Positional);
        Fixture.Send(handle, last, 0, last.Length);
        Fixture.Rearm(handle, last, 0);

        (TxStatus status, byte[] bytes) = Fixture.Send(handle, last, 0, last.Length);

        Assert.That((status, Rule("T71").Status), Is.EqualTo((TxStatus.Ok, TxStatus.Ok)));
        Assert.That(bytes, Is.EqualTo(last.Wire));
        Assert.That(Fixture.Engine.CountersOf(handle)[TlsCounter.TxTagsAgain], Is.EqualTo(1));
    }

    [Test]
    public void T72_NextRecordUpdate_TakesUpThereAtOnce()
    {
        SendAll(60);

        Assert.That(Fixture.Engine.UpdateTx(Handle, Stream.Sequence(198), 7), Is.EqualTo(TlsCommandStatus.Ok));

        CheckData("T72", 198, 118);
        Assert.That(Fixture.Engine.CountersOf(Handle)[TlsCounter.TxOutOfOrder], Is.Zero);
    }

    [Test]
    public void T73_RefusedElsewhere_ThePlaceIsAsBefore()
    {
        SendAll(60);
        byte[] bytes = Stream.Plain.AsSpan(60, 100).ToArray();
        Fixture.Engine.Protect(Handle, 0, Stream.Sequence(60), bytes, ref Slot);
        ContextSnapshot before = Snapshot();

        Fixture.Engine.RollbackTx(Handle);

        Assert.That(Rule("T73").FramesLeave, Is.False);
        Assert.That(Snapshot(), Is.EqualTo(before));
        (TxStatus status, bytes) = Fixture.Send(Handle, Stream, 60, 100);
        Assert.That((status, bytes), Is.EqualTo((TxStatus.Ok, Stream.Wire[60..160])));
    }

    /// <summary>SET_CONTEXT and SET_PROGRESS of a record, without a fence.</summary>
    private void Set(int record)
    {
        (int offset, _, ulong number) = Stream.Records[record];
        Assert.That(Fixture.Engine.SetContext(Handle, 0, TlsVersion.Tls12, number, ref Fixture.Parameters), Is.EqualTo(TxStatus.Ok));
        Assert.That(Fixture.Engine.SetProgress(Handle, 0, Stream.Sequence(offset), ref Fixture.Parameters), Is.EqualTo(TxStatus.Ok));
    }
}
