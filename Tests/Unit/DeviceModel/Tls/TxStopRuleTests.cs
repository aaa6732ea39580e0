using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>Rows of the transmit truth table about what refusals and lost queues leave. Records of the stream: 0, 129, 198, 227; end 316.</summary>
[TestFixture]
public sealed class TxStopRuleTests : TxRuleBench
{
    protected override TxMode Mode => TxMode.Positional;

    [Test]
    public void T91_BehindARefusal_NothingIsProtected([Values("DATA", "REPLAY", "SET_CONTEXT", "elsewhere")] string refused)
    {
        SendAll(129);
        Refuse(refused);

        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, 198, 29);

        CheckNone("T91", status, bytes, 129);
        Assert.That(Fixture.Replay(Handle, 0, Stream.Plain.AsSpan(129, 20), ref Slot), Is.EqualTo(TxStatus.NotInSequence));
        Assert.That(Snapshot().State, Is.EqualTo(3));
    }

    [Test]
    public void T91_WhatWaitedForAFence_IsVoid()
    {
        SendAll(316);
        Set(0);
        Refuse("elsewhere");

        Fixture.Engine.Fence(0, ref Fixture.Parameters);

        Assert.That(Fixture.Send(Handle, Stream, 0, 129).Status, Is.EqualTo(Rule("T91").Status), "the REPLAY behind SET_PROGRESS may be what failed");
    }

    [Test]
    public void T91_NumberAlone_DoesNotPlaceIt()
    {
        SendAll(129);
        Refuse("DATA");
        Fixture.Engine.SetContext(Handle, 0, TlsVersion.Tls12, 6, ref Fixture.Parameters);
        Fixture.Engine.Fence(0, ref Fixture.Parameters);

        Assert.That(Fixture.Send(Handle, Stream, 129, 69).Status, Is.EqualTo(Rule("T91").Status));
    }

    [Test]
    public void T92_PlacedAnew_GoesOn([Values("DATA", "REPLAY", "SET_CONTEXT", "elsewhere")] string refused)
    {
        SendAll(129);
        Refuse(refused);

        Fixture.Rearm(Handle, Stream, 1);

        CheckData("T92", 129, 69);
    }

    [Test]
    public void T92_Update_GoesOn()
    {
        SendAll(129);
        Refuse("DATA");

        Fixture.Engine.UpdateTx(Handle, Stream.Sequence(198), 7);

        CheckData("T92", 198, 29);
    }

    [Test]
    public void T93_AnotherQueue_StopsNothing()
    {
        SendAll(60);
        byte[] bytes = Stream.Plain.AsSpan(60, 20).ToArray();
        Fixture.Engine.Protect(Handle, 1, Stream.Sequence(60), bytes, ref Slot);
        TxParameterSlot parameters = default;
        Fixture.Engine.StopTx(Handle, 1, ref parameters);

        CheckData("T93", 60, 69);
    }

    [Test]
    public void T94_ProgressAlone_DoesNotPlaceIt([Values("DATA", "REPLAY", "SET_CONTEXT", "elsewhere")] string refused)
    {
        SendAll(316);
        Refuse(refused);
        Fixture.Engine.SetProgress(Handle, 0, Stream.Sequence(198), ref Fixture.Parameters);
        Fixture.Engine.Fence(0, ref Fixture.Parameters);

        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, 198, 29);

        CheckNone("T94", status, bytes, 316);
    }

    [Test]
    public void T94_NumberBehindAFenceOfItsOwn_Counts()
    {
        SendAll(316);
        Refuse("DATA");
        Fixture.Engine.SetContext(Handle, 0, TlsVersion.Tls12, 7, ref Fixture.Parameters);
        Fixture.Engine.Fence(0, ref Fixture.Parameters);

        Fixture.Engine.SetProgress(Handle, 0, Stream.Sequence(198), ref Fixture.Parameters);
        Fixture.Engine.Fence(0, ref Fixture.Parameters);

        CheckData("T92", 198, 29);
    }

    [Test]
    public void T95_RefusedFence_StopsWhoWaits()
    {
        SendAll(316);
        Set(0);

        Fixture.Engine.StopWaiting(0, ref Fixture.Parameters);
        Fixture.Engine.Fence(0, ref Fixture.Parameters);

        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, 0, 129);
        CheckNone("T95", status, bytes, 316);
        Assert.That(Fixture.Parameters.IsActive, Is.False);
    }

    [Test]
    public void T96_QueueLostDescriptors_StopsItsContextsOnly()
    {
        ulong other = Fixture.InstallTx(Key, Stream, mode: TxMode.Positional);
        Fixture.Engine.MoveTx(other, 3);
        SendAll(60);

        Fixture.Engine.StopAll(0);

        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, 60, 69);
        CheckNone("T96", status, bytes, 60);
        Fixture.Engine.Query(other, out ContextSnapshot elsewhere);
        Assert.That(elsewhere.State, Is.Zero);
    }

    [Test]
    public void T97_SequenceTracked_IsToldByItsNumbers()
    {
        ulong tracked = Fixture.InstallTx(Key, Stream);
        Fixture.Send(tracked, Stream, 0, 60);

        Fixture.Engine.StopAll(0);

        (TxStatus status, byte[] bytes) = Fixture.Send(tracked, Stream, 70, 59);
        CheckNone("T97", status, bytes);
        Assert.That(Fixture.Send(tracked, Stream, 60, 69), Is.EqualTo((TxStatus.Ok, Stream.Wire[60..129])), "and goes on where it stood");
    }

    private void Refuse(string what)
    {
        if (what == "DATA") Fixture.Send(Handle, Stream, 130, 20);
        else if (what == "REPLAY") Fixture.Replay(Handle, 0, Stream.Plain.AsSpan(130, 20), ref Slot);
        else if (what == "SET_CONTEXT") Fixture.Engine.SetContext(Handle, 0, TlsVersion.Tls13, 5, ref Fixture.Parameters);
        else Fixture.Engine.StopTx(Handle, 0, ref Fixture.Parameters);
    }

    /// <summary>SET_CONTEXT and SET_PROGRESS of a record, without a fence.</summary>
    private void Set(int record)
    {
        (int offset, _, ulong number) = Stream.Records[record];
        Assert.That(Fixture.Engine.SetContext(Handle, 0, TlsVersion.Tls12, number, ref Fixture.Parameters), Is.EqualTo(TxStatus.Ok));
        Assert.That(Fixture.Engine.SetProgress(Handle, 0, Stream.Sequence(offset), ref Fixture.Parameters), Is.EqualTo(TxStatus.Ok));
    }
}
