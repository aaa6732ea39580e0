using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>The rows of the transmit truth table about POSITION and REPLAY, each under its number.</summary>
[TestFixture]
public sealed class TxPositionRuleTests : TxRuleBench
{
    [Test]
    public void T14_PositionOfAWholeRecord_GivesItAgain() => CheckAgain("T14", 129, 69, replay: false);

    [Test]
    public void T15_PositionWithinTheBody_GivesItAgain() => CheckAgain("T15", 160, 11, replay: false);

    [Test]
    public void T16_ReplayUpToData_GivesTheTagAgain() => CheckAgain("T16", 160, 38, replay: true);

    [Test]
    public void T17_PositionWithinHeaderOrNonce_GivesFramingAndBody([Range(130, 142)] int from) => CheckAgain("T17", from, 181 - from, replay: false);

    [Test]
    public void T18_PositionOverLaterRecords_CountsThem() => CheckAgain("T18", 129, 140, replay: false);

    [Test]
    public void T19_TagWithoutReplay_IsRefused()
    {
        SendAll(316);
        Position(150);

        CheckSlotRefused("T19", 150, 33);
    }

    [Test]
    public void T20_ReplayTooShort_IsRefused()
    {
        SendAll(316);
        Position(150);
        Replay(129, 20);

        CheckSlotRefused("T20", 150, 30);
    }

    [Test]
    public void T21_ReplayTooLong_IsRefused()
    {
        SendAll(316);
        Position(150);
        Replay(129, 22);

        CheckSlotRefused("T21", 150, 30);
    }

    [Test]
    public void T22_ReplayPastTheRecord_IsRefused()
    {
        SendAll(316);
        Position(150);

        TxStatus status = Fixture.Replay(Handle, 0, Stream.Plain.AsSpan(129, 70), ref Slot);

        CheckNone("T22", status, [], 316);
    }

    [Test]
    public void T23_DataOfAnotherContextAfterPosition_IsRefused()
    {
        ulong other = Fixture.InstallTx(Key, Stream);
        SendAll(316);
        Position(150);

        (TxStatus status, byte[] bytes) = Fixture.Send(other, Stream, 0, 50, ref Slot);

        CheckNone("T23", status, bytes, 316);
    }

    [Test]
    public void T24_PositionAfterPosition_IsRefused()
    {
        SendAll(316);
        Position(150);

        TxStatus status = Fixture.Engine.Position(Handle, 0, EngineFixture.PositionOf(Stream, 10), ref Slot);

        CheckNone("T24", status, [], 316);
    }

    [Test]
    public void T25_OtherDescriptorAfterPosition_ClearsTheSlot()
    {
        SendAll(316);
        Position(150);

        CheckNone("T25", Fixture.Engine.Break(ref Slot), [], 316);
        Assert.That(Fixture.Engine.Break(ref Slot), Is.EqualTo(TxStatus.Ok));
    }

    [Test]
    public void T26_ReplayWithoutPositionOrOfAnotherContext_IsRefused()
    {
        ulong other = Fixture.InstallTx(Key, Stream);
        SendAll(316);
        CheckNone("T26", Fixture.Replay(Handle, 0, Stream.Plain.AsSpan(0, 10), ref Slot), [], 316);
        Position(150);

        CheckNone("T26", Fixture.Replay(other, 0, Stream.Plain.AsSpan(129, 10), ref Slot), [], 316);
    }

    [Test]
    public void T27_RangePastTheHead_IsRefused()
    {
        SendAll(150);
        Position(129);

        CheckSlotRefused("T27", 129, 22, head: 150);
    }

    [Test]
    public void T28_AdvanceOverTheHead_MovesIt([Values(129, 140)] int from)
    {
        SendAll(150);
        Position(from, advance: true);
        if (from > 129)
        {
            Replay(129, from - 129);
        }

        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, from, 250 - from, ref Slot);

        CheckAll("T28", status, bytes, from);
        CheckData("T28", 250, 66);
    }

    [Test]
    public void T29_AdvanceBeyondTheHead_MovesIt()
    {
        SendAll(50);
        Position(198, advance: true);

        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, 198, 60, ref Slot);

        CheckAll("T29", status, bytes, 198);
        CheckData("T29", 258, 58);
    }

    [Test]
    public void T30_AdvanceThatWouldMoveBack_IsRefused()
    {
        SendAll(198);
        Position(129, advance: true);

        CheckSlotRefused("T30", 129, 69, head: 198);
    }

    [Test]
    public void T31_AdvanceInMidRecordWithoutReplay_IsRefused()
    {
        SendAll(150);
        Position(145, advance: true);

        CheckSlotRefused("T31", 145, 10, head: 150);
    }

    [Test]
    public void T32_BytesThatContradictPosition_AreRefused([Values(0, 3, 4, 5, 12)] int wrong, [Values] bool replay, [Values(13, 60)] int length)
    {
        SendAll(316);
        Position(129);
        byte[] bytes = Stream.Plain.AsSpan(129, length).ToArray();
        bytes[wrong] ^= 1;

        TxStatus status = replay
            ? Fixture.Replay(Handle, 0, bytes, ref Slot)
            : Fixture.Engine.Protect(Handle, 0, Stream.Sequence(129), bytes, ref Slot);

        CheckNone("T32", status, replay ? [] : bytes, 316);
    }

    [Test]
    public void T33_PositionWithAHeaderNotAllowed_IsRefused()
    {
        SendAll(316);
        TxPosition good = EngineFixture.PositionOf(Stream, 129);
        foreach (TxPosition bad in (TxPosition[])[good with { ContentType = 24 }, good with { HeaderVersion = 0x0304 }, good with { LengthField = 23 }])
        {
            CheckNone("T33", Fixture.Engine.Position(Handle, 0, bad, ref Slot), [], 316);
        }
    }

    [Test]
    public void T34_DataOutsideTheRecordOfPosition_IsRefused([Values(128, 198, 250)] int from)
    {
        SendAll(316);
        Position(150);

        CheckSlotRefused("T34", from, 5);
    }

    [Test]
    public void T35_PositionBeforeTheStart_IsRefused()
    {
        SendAll(316);
        TxPosition position = EngineFixture.PositionOf(Stream, 0) with { RecordStart = Stream.Sequence(-1) };

        CheckNone("T35", Fixture.Engine.Position(Handle, 0, position, ref Slot), [], 316);
    }

    [Test]
    public void T36_PositionOnAnotherQueue_IsRefused()
    {
        SendAll(316);

        CheckNone("T36", Fixture.Engine.Position(Handle, 1, EngineFixture.PositionOf(Stream, 0), ref Slot), [], 316);
    }

    [Test]
    public void T37_SecondDataAfterPosition_IsRefused()
    {
        SendAll(316);
        Position(129);
        Fixture.Send(Handle, Stream, 129, 20, ref Slot);

        CheckSlotRefused("T37", 149, 20);
    }

    [Test]
    public void T38_QueueResetAfterPosition_ForgetsIt()
    {
        SendAll(316);
        Position(129);
        Slot = default;

        CheckSlotRefused("T38", 129, 20);
    }

    [Test]
    public void T39_KeyRotated_OldContextKeepsItsGeneration()
    {
        SendAll(200);
        Assert.That(Fixture.Engine.RotateKey(Key, new byte[16], out ObjectHandle renewed), Is.EqualTo(TlsCommandStatus.Ok));
        Fixture.Engine.SyncKeys();

        CheckAgain("T39", 129, 69, replay: false, upTo: 200);

        Assert.That((renewed.Generation, renewed.Slot), Is.EqualTo((2U, new ObjectHandle(Key).Slot)));
    }
}
