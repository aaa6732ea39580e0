using System.Reflection;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Rules;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>One test for each row of the transmit truth table, under the row's number.</summary>
[TestFixture]
public sealed class TxRuleTests
{
    private EngineFixture _fixture = null!;
    private RecordStream _stream = null!;
    private ulong _key;
    private ulong _handle;
    private TxPositionSlot _slot;

    [SetUp]
    public void SetUp()
    {
        // Records at 0, 129, 198, 227; the end at 316. The first record crosses the wrap of the sequence number.
        _stream = new RecordStream(TlsVersion.Tls12, TlsCipher.Aes128Gcm, 5, 0xFFFF_FFC0, 1).Add(100).Add(40).Add(0).Add(60);
        _fixture = new EngineFixture();
        _key = _fixture.CreateKey(TlsCipher.Aes128Gcm, _stream.Key);
        _handle = _fixture.InstallTx(_key, _stream);
        _slot = default;
    }

    [TearDown]
    public void TearDown() => _fixture.Dispose();

    [Test]
    public void Rules_EveryRow_HasATestAndEveryStatusARow()
    {
        string[] tests = [.. typeof(TxRuleTests).GetMethods().Where(m => m.GetCustomAttribute<TestAttribute>() is not null).Select(m => m.Name.Split('_')[0])];

        Assert.That(TxRules.All.Select(r => r.Id), Is.Unique);
        Assert.That(TxRules.All.Select(r => r.Id), Is.SubsetOf(tests));
        Assert.That(Enum.GetValues<TxStatus>(), Is.SubsetOf(TxRules.All.Select(r => r.Status)));
    }

    [Test]
    public void T01_DataAtTheStart_IsProtected() => CheckData("T01", 0, 50);

    [Test]
    public void T02_DataAtTheHead_IsProtectedThroughEveryCut()
    {
        foreach (int length in (int[])[3, 7, 100, 12, 10, 90, 94])
        {
            int head = (int)(Head() - _stream.StartSequence);
            CheckData("T02", head, length);
            Assert.That(Head(), Is.EqualTo(_stream.Sequence(head + length)));
        }
    }

    [Test]
    public void T03_DataWithoutPayload_IsOkAnywhere([Values(0, 100, 300)] int offset)
    {
        SendAll(200);

        CheckData("T03", offset, 0);

        Assert.That(Head(), Is.EqualTo(_stream.Sequence(200)));
    }

    [Test]
    public void T04_DataBehindTheHead_IsRefused() => CheckRefused("T04", 200, 129, 50);

    [Test]
    public void T05_DataAheadOfTheHead_IsRefused() => CheckRefused("T05", 100, 129, 50);

    [Test]
    public void T06_DataBeforeTheStart_IsRefused([Values(1, 30, 60)] int before)
    {
        SendAll(100);
        byte[] bytes = new byte[50];
        bytes.AsSpan().Fill(0x77);

        TxStatus status = _fixture.Engine.Protect(_handle, 0, _stream.Sequence(-before), bytes, ref _slot);

        CheckNone("T06", status, bytes, 100);
    }

    [Test]
    public void T07_DataOfAHandleThatIsNoTransmitContext_IsRefused()
    {
        ulong receive = _fixture.InstallRx(_stream);
        ulong next = new ObjectHandle(_handle).Value + (1UL << 24);
        ulong far = ObjectHandle.Create(ObjectKind.Transmit, 1000, 1, 1).Value;
        ulong later = ObjectHandle.Create(ObjectKind.Transmit, 0, 1, 2).Value;
        foreach (ulong handle in (ulong[])[0, ulong.MaxValue, receive, _key, next, far, later])
        {
            (TxStatus status, byte[] bytes) = _fixture.Send(handle, _stream, 0, 50);

            CheckNone("T07", status, bytes, 0);
        }
    }

    [Test]
    public void T08_DataOfARemovedContextOrEarlierEpoch_IsStale()
    {
        _fixture.Engine.RemoveTx(_handle);
        (TxStatus status, byte[] bytes) = _fixture.Send(_handle, _stream, 0, 50);
        CheckNone("T08", status, bytes);

        _fixture.Engine.Reset(2);
        (status, bytes) = _fixture.Send(_handle, _stream, 0, 50);
        CheckNone("T08", status, bytes);
        Assert.That(_fixture.Raised, Is.EqualTo(new[] { (EventCode.KeyStale, _handle, 0UL), (EventCode.KeyStale, _handle, 0UL) }));
    }

    [Test]
    public void T09_KeyRevoked_NothingMoreIsProtected()
    {
        SendAll(100);
        _fixture.Engine.RevokeKey(_key);

        (TxStatus status, byte[] bytes) = _fixture.Send(_handle, _stream, 100, 50);

        CheckNone("T09", status, bytes, 100);
        Assert.That(Snapshot().State, Is.EqualTo(2));
    }

    [Test]
    public void T10_DataOnAnotherQueue_IsRefused()
    {
        (TxStatus status, byte[] bytes) = _fixture.Send(_handle, _stream, 0, 50, ref _slot, queue: 1);

        CheckNone("T10", status, bytes, 0);
    }

    // Type 19 and 24, version 3.2 and 3.4, length 23 (nonce and tag need 24) and 18433 (RFC 5246 §6.2.3: at most 2^14 + 2048).
    [TestCase("1303030040")]
    [TestCase("1803030040")]
    [TestCase("1703020040")]
    [TestCase("1703040040")]
    [TestCase("1703030017")]
    [TestCase("1703034801")]
    [Test]
    public void T11_BytesThatAreNoHeader_AreRefused(string header)
    {
        SendAll(129);
        byte[] bytes = new byte[80];
        Convert.FromHexString(header).CopyTo(bytes, 0);

        TxStatus status = _fixture.Engine.Protect(_handle, 0, _stream.Sequence(129), bytes, ref _slot);

        CheckNone("T11", status, bytes, 129);
    }

    [Test]
    public void T12_RecordNumberUsedUp_NothingMoreIsProtected()
    {
        RecordStream last = LastRecord();
        ulong handle = _fixture.InstallTx(last);
        _fixture.Send(handle, last, 0, last.Length);
        byte[] bytes = last.Plain;

        TxStatus status = _fixture.Engine.Protect(handle, 0, last.Sequence(last.Length), bytes, ref _slot);

        CheckNone("T12", status, bytes);
    }

    [Test]
    public void T13_BufferCannotBeRead_TheStateIsAsBefore() => CheckRolledBack("T13");

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

        TxStatus status = _fixture.Engine.Replay(_handle, 0, _stream.Plain.AsSpan(129, 70), ref _slot);

        CheckNone("T22", status, [], 316);
    }

    [Test]
    public void T23_DataOfAnotherContextAfterPosition_IsRefused()
    {
        ulong other = _fixture.InstallTx(_key, _stream);
        SendAll(316);
        Position(150);

        (TxStatus status, byte[] bytes) = _fixture.Send(other, _stream, 0, 50, ref _slot);

        CheckNone("T23", status, bytes, 316);
    }

    [Test]
    public void T24_PositionAfterPosition_IsRefused()
    {
        SendAll(316);
        Position(150);

        TxStatus status = _fixture.Engine.Position(_handle, 0, EngineFixture.PositionOf(_stream, 10), ref _slot);

        CheckNone("T24", status, [], 316);
    }

    [Test]
    public void T25_OtherDescriptorAfterPosition_ClearsTheSlot()
    {
        SendAll(316);
        Position(150);

        CheckNone("T25", _fixture.Engine.Break(ref _slot), [], 316);
        Assert.That(_fixture.Engine.Break(ref _slot), Is.EqualTo(TxStatus.Ok));
    }

    [Test]
    public void T26_ReplayWithoutPositionOrOfAnotherContext_IsRefused()
    {
        ulong other = _fixture.InstallTx(_key, _stream);
        SendAll(316);
        CheckNone("T26", _fixture.Engine.Replay(_handle, 0, _stream.Plain.AsSpan(0, 10), ref _slot), [], 316);
        Position(150);

        CheckNone("T26", _fixture.Engine.Replay(other, 0, _stream.Plain.AsSpan(129, 10), ref _slot), [], 316);
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

        (TxStatus status, byte[] bytes) = _fixture.Send(_handle, _stream, from, 250 - from, ref _slot);

        CheckAll("T28", status, bytes, from);
        CheckData("T28", 250, 66);
    }

    [Test]
    public void T29_AdvanceBeyondTheHead_MovesIt()
    {
        SendAll(50);
        Position(198, advance: true);

        (TxStatus status, byte[] bytes) = _fixture.Send(_handle, _stream, 198, 60, ref _slot);

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
        byte[] bytes = _stream.Plain.AsSpan(129, length).ToArray();
        bytes[wrong] ^= 1;

        TxStatus status = replay
            ? _fixture.Engine.Replay(_handle, 0, bytes, ref _slot)
            : _fixture.Engine.Protect(_handle, 0, _stream.Sequence(129), bytes, ref _slot);

        CheckNone("T32", status, replay ? [] : bytes, 316);
    }

    [Test]
    public void T33_PositionWithAHeaderNotAllowed_IsRefused()
    {
        SendAll(316);
        TxPosition good = EngineFixture.PositionOf(_stream, 129);
        foreach (TxPosition bad in (TxPosition[])[good with { ContentType = 24 }, good with { HeaderVersion = 0x0304 }, good with { LengthField = 23 }])
        {
            CheckNone("T33", _fixture.Engine.Position(_handle, 0, bad, ref _slot), [], 316);
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
        TxPosition position = EngineFixture.PositionOf(_stream, 0) with { RecordStart = _stream.Sequence(-1) };

        CheckNone("T35", _fixture.Engine.Position(_handle, 0, position, ref _slot), [], 316);
    }

    [Test]
    public void T36_PositionOnAnotherQueue_IsRefused()
    {
        SendAll(316);

        CheckNone("T36", _fixture.Engine.Position(_handle, 1, EngineFixture.PositionOf(_stream, 0), ref _slot), [], 316);
    }

    [Test]
    public void T37_SecondDataAfterPosition_IsRefused()
    {
        SendAll(316);
        Position(129);
        _fixture.Send(_handle, _stream, 129, 20, ref _slot);

        CheckSlotRefused("T37", 149, 20);
    }

    [Test]
    public void T38_QueueResetAfterPosition_ForgetsIt()
    {
        SendAll(316);
        Position(129);
        _slot = default;

        CheckSlotRefused("T38", 129, 20);
    }

    [Test]
    public void T39_KeyRotated_OldContextKeepsItsGeneration()
    {
        SendAll(200);
        Assert.That(_fixture.Engine.RotateKey(_key, new byte[16], out ObjectHandle renewed), Is.EqualTo(TlsCommandStatus.Ok));
        _fixture.Engine.SyncKeys();

        CheckAgain("T39", 129, 69, replay: false, upTo: 200);

        Assert.That((renewed.Generation, renewed.Slot), Is.EqualTo((2U, new ObjectHandle(_key).Slot)));
    }

    [Test]
    public void T40_DescriptorOfAnotherMode_IsRefused([Values(TxMode.Positional, TxMode.Range)] TxMode mode)
    {
        CheckNone("T40", _fixture.Engine.CheckMode(_handle, 0, mode), [], 0);
        Assert.That(_fixture.Engine.CheckMode(_handle, 0, TxMode.SequenceTracked), Is.EqualTo(TxStatus.Ok));
    }

    [Test]
    public void T41_NextRecordUpdate_TakesUpThere()
    {
        SendAll(60);

        _fixture.Engine.UpdateTx(_handle, _stream.Sequence(198), 7);

        CheckData("T41", 198, 118);
    }

    [Test]
    public void T42_LastRecordNumber_IsUsedOnce()
    {
        RecordStream last = LastRecord();
        ulong handle = _fixture.InstallTx(last);

        (TxStatus status, byte[] bytes) = _fixture.Send(handle, last, 0, last.Length);

        Assert.That(status, Is.EqualTo(Rule("T42").Status));
        Assert.That(bytes, Is.EqualTo(last.Wire));
        _fixture.Engine.Query(handle, out ContextSnapshot snapshot);
        Assert.That(snapshot.State, Is.EqualTo(2));
    }

    [Test]
    public void T43_Move_BindsToTheNewQueue()
    {
        Assert.That(_fixture.Engine.AddReference(_handle), Is.EqualTo(TxStatus.Ok));
        Assert.That(_fixture.Engine.MoveTx(_handle, 3), Is.EqualTo(TlsCommandStatus.Busy));
        _fixture.Engine.ReleaseReference(_handle);
        Assert.That(_fixture.Engine.MoveTx(_handle, 3), Is.EqualTo(TlsCommandStatus.Ok));

        (TxStatus status, byte[] bytes) = _fixture.Send(_handle, _stream, 0, 50, ref _slot);

        CheckNone("T43", status, bytes, 0);
        Assert.That(_fixture.Send(_handle, _stream, 0, 50, ref _slot, queue: 3).Status, Is.EqualTo(TxStatus.Ok));
    }

    [Test]
    public void T44_RemovalWhileReferenced_WaitsForTheQueue()
    {
        _fixture.Engine.AddReference(_handle);
        Assert.That(_fixture.Engine.RemoveTx(_handle), Is.EqualTo(TlsCommandStatus.Busy));
        Assert.That(_fixture.Engine.AddReference(_handle), Is.EqualTo(TxStatus.ContextInvalid));

        CheckData("T44", 0, 100);

        Assert.That(_fixture.Drained, Is.Empty);
        Assert.That(_fixture.Engine.ReleaseReference(_handle), Is.True);
        Assert.That(_fixture.Drained, Is.EqualTo(new[] { _handle }));
        Assert.That(_fixture.Engine.DestroyKey(_key), Is.EqualTo(TlsCommandStatus.Ok));
    }

    [Test]
    public void T45_ReservedMode_IsNotOffered([Values(TxMode.Positional, TxMode.Range)] TxMode mode)
    {
        var parameters = new TxInstallation { Key = _key, Version = TlsVersion.Tls13, Mode = mode };

        TlsCommandStatus status = _fixture.Engine.InstallTx(parameters, out _);

        Assert.That(status, Is.EqualTo(TlsCommandStatus.Unsupported));
        Assert.That(Rule("T45").Status, Is.EqualTo(TxStatus.Unsupported));
    }

    [Test]
    public void T46_RefusedForItsFormat_TheStateIsAsBefore() => CheckRolledBack("T46");

    [Test]
    public void T47_RefusedForItsHeaders_TheStateIsAsBefore() => CheckRolledBack("T47");

    [Test]
    public void T48_RefusedForItsLength_TheStateIsAsBefore() => CheckRolledBack("T48");

    [Test]
    public void T49_Flushed_TheStateIsAsBefore() => CheckRolledBack("T49");

    [Test]
    public void T50_LinkDown_TheStateIsAsBefore() => CheckRolledBack("T50");

    [Test]
    public void T51_AnswerThatNobodyAskedFor_IsStale()
    {
        ulong receive = _fixture.InstallRx(_stream);

        TxStatus status = _fixture.Engine.AnswerResync(ResyncAnswerKind.Acknowledge, receive, _stream.StartSequence, 5);

        CheckNone("T51", status, [], 0);
    }

    private static TxRule Rule(string id) => TxRules.All.Single(r => r.Id == id);

    private static RecordStream LastRecord() => new RecordStream(TlsVersion.Tls13, TlsCipher.Aes256Gcm, ulong.MaxValue, 9, 2).Add(20);

    private ContextSnapshot Snapshot()
    {
        _fixture.Engine.Query(_handle, out ContextSnapshot snapshot);
        return snapshot;
    }

    private uint Head() => Snapshot().ExpectedSequence;

    private void SendAll(int length) => Assert.That(_fixture.Send(_handle, _stream, 0, length).Status, Is.EqualTo(TxStatus.Ok));

    private void Position(int offset, bool advance = false) => Assert.That(
        _fixture.Engine.Position(_handle, 0, EngineFixture.PositionOf(_stream, offset, advance), ref _slot), Is.EqualTo(TxStatus.Ok));

    private void Replay(int offset, int length) => Assert.That(
        _fixture.Engine.Replay(_handle, 0, _stream.Plain.AsSpan(offset, length), ref _slot), Is.EqualTo(TxStatus.Ok));

    private void CheckData(string id, int offset, int length)
    {
        (TxStatus status, byte[] bytes) = _fixture.Send(_handle, _stream, offset, length);
        CheckAll(id, status, bytes, offset);
    }

    private void CheckRefused(string id, int head, int offset, int length)
    {
        SendAll(head);
        (TxStatus status, byte[] bytes) = _fixture.Send(_handle, _stream, offset, length);
        CheckNone(id, status, bytes, head);
    }

    private void CheckSlotRefused(string id, int offset, int length, int head = 316)
    {
        (TxStatus status, byte[] bytes) = _fixture.Send(_handle, _stream, offset, length, ref _slot);
        CheckNone(id, status, bytes, head);
    }

    private void CheckAgain(string id, int offset, int length, bool replay, int upTo = 316)
    {
        if (Head() == _stream.StartSequence)
        {
            SendAll(upTo);
        }

        Position(offset);
        int start = _stream.Records[_stream.RecordAt(offset)].Offset;
        if (replay)
        {
            Replay(start, 7);
            Replay(start + 7, offset - start - 7);
        }

        (TxStatus status, byte[] bytes) = _fixture.Send(_handle, _stream, offset, length, ref _slot);

        CheckAll(id, status, bytes, offset);
        Assert.That(Head(), Is.EqualTo(_stream.Sequence(upTo)), "the head is untouched");
        Assert.That(_fixture.Engine.CountersOf(_handle)[TlsCounter.TxOutOfOrder], Is.EqualTo(1));
    }

    private void CheckRolledBack(string id)
    {
        SendAll(100);
        Position(129, advance: true);
        byte[] bytes = _stream.Plain.AsSpan(129, 100).ToArray();
        Assert.That(_fixture.Engine.Protect(_handle, 0, _stream.Sequence(129), bytes, ref _slot), Is.EqualTo(TxStatus.Ok));
        ContextSnapshot before = Snapshot();

        _fixture.Engine.RollbackTx(_handle);

        Assert.That(Rule(id).FramesLeave, Is.False);
        Assert.That(Snapshot(), Is.EqualTo(before));
        Assert.That(Head(), Is.EqualTo(_stream.Sequence(100)));
        Assert.That(_slot.IsActive, Is.True, "the position serves another try");
        (TxStatus status, bytes) = _fixture.Send(_handle, _stream, 129, 100, ref _slot);
        Assert.That((status, bytes), Is.EqualTo((TxStatus.Ok, _stream.Wire[129..229])));
    }

    private void CheckAll(string id, TxStatus status, byte[] bytes, int offset)
    {
        TxRule rule = Rule(id);
        Assert.That(status, Is.EqualTo(rule.Status));
        Assert.That(rule.FramesLeave, Is.True);
        Assert.That(bytes, Is.EqualTo(_stream.Wire.AsSpan(offset, bytes.Length).ToArray()));
        Assert.That(_slot.IsActive, Is.False);
    }

    private void CheckNone(string id, TxStatus status, byte[] bytes, int? head = null)
    {
        TxRule rule = Rule(id);
        Assert.That(status, Is.EqualTo(rule.Status));
        Assert.That(rule.FramesLeave, Is.False);
        Assert.That(bytes, Is.All.Zero, "nothing readable is left");
        Assert.That(_slot.IsActive, Is.False);
        if (head is { } expected)
        {
            Assert.That(Head(), Is.EqualTo(_stream.Sequence(expected)), "the head is untouched");
        }
    }
}
