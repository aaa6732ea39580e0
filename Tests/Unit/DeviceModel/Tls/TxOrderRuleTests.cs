using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>The rows of the transmit truth table about DATA in sequence and about contexts, each under its number.</summary>
[TestFixture]
public sealed class TxOrderRuleTests : TxRuleBench
{
    [Test]
    public void T01_DataAtTheStart_IsProtected() => CheckData("T01", 0, 50);

    [Test]
    public void T02_DataAtTheHead_IsProtectedThroughEveryCut()
    {
        foreach (int length in (int[])[3, 7, 100, 12, 10, 90, 94])
        {
            int head = (int)(Head() - Stream.StartSequence);
            CheckData("T02", head, length);
            Assert.That(Head(), Is.EqualTo(Stream.Sequence(head + length)));
        }
    }

    [Test]
    public void T03_DataWithoutPayload_IsOkAnywhere([Values(0, 100, 300)] int offset)
    {
        SendAll(200);

        CheckData("T03", offset, 0);

        Assert.That(Head(), Is.EqualTo(Stream.Sequence(200)));
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

        TxStatus status = Fixture.Engine.Protect(Handle, 0, Stream.Sequence(-before), bytes, ref Slot);

        CheckNone("T06", status, bytes, 100);
    }

    [Test]
    public void T07_DataOfAHandleThatIsNoTransmitContext_IsRefused()
    {
        ulong receive = Fixture.InstallRx(Stream);
        ulong next = new ObjectHandle(Handle).Value + (1UL << 24);
        ulong far = ObjectHandle.Create(ObjectKind.Transmit, 1000, 1, 1).Value;
        ulong later = ObjectHandle.Create(ObjectKind.Transmit, 0, 1, 2).Value;
        foreach (ulong handle in (ulong[])[0, ulong.MaxValue, receive, Key, next, far, later])
        {
            (TxStatus status, byte[] bytes) = Fixture.Send(handle, Stream, 0, 50);

            CheckNone("T07", status, bytes, 0);
        }
    }

    [Test]
    public void T08_DataOfARemovedContextOrEarlierEpoch_IsStale()
    {
        Fixture.Engine.RemoveTx(Handle);
        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, 0, 50);
        CheckNone("T08", status, bytes);

        Fixture.Engine.Reset(2);
        (status, bytes) = Fixture.Send(Handle, Stream, 0, 50);
        CheckNone("T08", status, bytes);
        Assert.That(Fixture.Raised, Is.EqualTo(new[] { (EventCode.KeyStale, Handle, 0UL), (EventCode.KeyStale, Handle, 0UL) }));
    }

    [Test]
    public void T09_KeyRevoked_NothingMoreIsProtected()
    {
        SendAll(100);
        Fixture.Engine.RevokeKey(Key);

        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, 100, 50);

        CheckNone("T09", status, bytes, 100);
        Assert.That(Snapshot().State, Is.EqualTo(2));
    }

    [Test]
    public void T10_DataOnAnotherQueue_IsRefused()
    {
        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, 0, 50, ref Slot, queue: 1);

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

        TxStatus status = Fixture.Engine.Protect(Handle, 0, Stream.Sequence(129), bytes, ref Slot);

        CheckNone("T11", status, bytes, 129);
    }

    [Test]
    public void T12_RecordNumberUsedUp_NothingMoreIsProtected()
    {
        RecordStream last = LastRecord();
        ulong handle = Fixture.InstallTx(last);
        Fixture.Send(handle, last, 0, last.Length);
        byte[] bytes = last.Plain;

        TxStatus status = Fixture.Engine.Protect(handle, 0, last.Sequence(last.Length), bytes, ref Slot);

        CheckNone("T12", status, bytes);
    }

    [Test]
    public void T13_BufferCannotBeRead_TheStateIsAsBefore() => CheckRolledBack("T13");

    [Test]
    public void T40_DescriptorOfAnotherMode_IsRefused([Values] TxMode mode)
    {
        ulong handle = Fixture.InstallTx(Key, Stream, mode: mode);
        TlsEngine engine = Fixture.Engine;
        TxPosition position = EngineFixture.PositionOf(Stream, 0);
        (TxMode Mode, Func<TxStatus> Run)[] descriptors =
        [
            (TxMode.SequenceTracked, () => engine.Position(handle, 0, position, ref Slot)),
            (TxMode.Positional, () => engine.SetContext(handle, 0, TlsVersion.Tls12, 5, ref Fixture.Parameters)),
            (TxMode.Positional, () => engine.SetProgress(handle, 0, 7, ref Fixture.Parameters)),
            (TxMode.Range, () => engine.Range(handle, 0, position, new TxWindow(0, 129, 0), ref Slot)),
        ];

        foreach ((TxMode fits, Func<TxStatus> run) in descriptors.Where(d => d.Mode != mode))
        {
            CheckNone("T40", run(), [], 0);
        }

        Assert.That(Fixture.Parameters.IsActive, Is.False);
        Assert.That(engine.CountersOf(handle)[TlsCounter.TxErrors], Is.EqualTo((ulong)descriptors.Count(d => d.Mode != mode)));
        if (mode == TxMode.Range)
        {
            CheckNone("T40", Fixture.Replay(handle, 0, Stream.Plain.AsSpan(0, 10), ref Slot), [], 0);
        }
    }

    [Test]
    public void T41_NextRecordUpdate_TakesUpThere()
    {
        SendAll(60);

        Fixture.Engine.UpdateTx(Handle, Stream.Sequence(198), 7);

        CheckData("T41", 198, 118);
    }

    [Test]
    public void T42_LastRecordNumber_IsUsedOnce()
    {
        RecordStream last = LastRecord();
        ulong handle = Fixture.InstallTx(last);

        (TxStatus status, byte[] bytes) = Fixture.Send(handle, last, 0, last.Length);

        Assert.That(status, Is.EqualTo(Rule("T42").Status));
        Assert.That(bytes, Is.EqualTo(last.Wire));
        Fixture.Engine.Query(handle, out ContextSnapshot snapshot);
        Assert.That(snapshot.State, Is.EqualTo(2));
    }

    [Test]
    public void T43_Move_BindsToTheNewQueue()
    {
        Assert.That(Fixture.Engine.AddReference(Handle), Is.EqualTo(TxStatus.Ok));
        Assert.That(Fixture.Engine.MoveTx(Handle, 3), Is.EqualTo(TlsCommandStatus.Busy));
        Fixture.Engine.ReleaseReference(Handle);
        Assert.That(Fixture.Engine.MoveTx(Handle, 3), Is.EqualTo(TlsCommandStatus.Ok));

        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, 0, 50, ref Slot);

        CheckNone("T43", status, bytes, 0);
        Assert.That(Fixture.Send(Handle, Stream, 0, 50, ref Slot, queue: 3).Status, Is.EqualTo(TxStatus.Ok));
    }

    [Test]
    public void T44_RemovalWhileReferenced_WaitsForTheQueue()
    {
        Fixture.Engine.AddReference(Handle);
        Assert.That(Fixture.Engine.RemoveTx(Handle), Is.EqualTo(TlsCommandStatus.Busy));
        Assert.That(Fixture.Engine.AddReference(Handle), Is.EqualTo(TxStatus.ContextInvalid));

        CheckData("T44", 0, 100);

        Assert.That(Fixture.Drained, Is.Empty);
        Assert.That(Fixture.Engine.ReleaseReference(Handle), Is.True);
        Assert.That(Fixture.Drained, Is.EqualTo(new[] { Handle }));
        Assert.That(Fixture.Engine.DestroyKey(Key), Is.EqualTo(TlsCommandStatus.Ok));
    }

    [Test]
    public void T45_ModeThatDoesNotExist_IsNotOffered([Values((TxMode)3, (TxMode)255)] TxMode mode)
    {
        var parameters = new TxInstallation { Key = Key, Version = TlsVersion.Tls13, Mode = mode };

        TlsCommandStatus status = Fixture.Engine.InstallTx(parameters, out _);

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
        ulong receive = Fixture.InstallRx(Stream);

        TxStatus status = Fixture.Engine.AnswerResync(ResyncAnswerKind.Acknowledge, receive, Stream.StartSequence, 5);

        CheckNone("T51", status, [], 0);
    }
}
