using System.Reflection;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Rules;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>One test for each row of the receive truth table, under the row's number.</summary>
[TestFixture]
public sealed class RxRuleTests
{
    private const uint Budget = 1000;

    private EngineFixture _fixture = null!;
    private RecordStream _stream = null!;
    private byte[] _wire = [];
    private ulong _handle;

    [SetUp]
    public void SetUp()
    {
        // Records of 222 bytes at 0, 222, 444 ... with numbers 40, 41 ...
        _stream = new RecordStream(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 40, 1000, 1);
        for (int i = 0; i < 20; i++)
        {
            _stream.Add(200);
        }

        Use(_stream);
    }

    [TearDown]
    public void TearDown() => _fixture.Dispose();

    [Test]
    public void Rules_EveryRow_HasATestAndEveryReasonARow()
    {
        string[] tests = [.. typeof(RxRuleTests).GetMethods().Where(m => m.GetCustomAttribute<TestAttribute>() is not null).Select(m => m.Name.Split('_')[0])];
        RxVerdict[] verdicts = [.. Enum.GetValues<RxVerdict>().Where(v => v != RxVerdict.NotTls)];

        Assert.That(RxRules.All.Select(r => r.Id), Is.Unique);
        Assert.That(RxRules.All.Select(r => r.Id), Is.SubsetOf(tests));
        Assert.That(Enum.GetValues<RxReason>(), Is.SubsetOf(RxRules.All.Select(r => r.Reason)));
        Assert.That(verdicts, Is.SubsetOf(RxRules.All.Select(r => r.Verdict)));
        Assert.That(Enum.GetValues<RxState>(), Is.SubsetOf(RxRules.All.Select(r => r.Before).Concat(RxRules.All.Select(r => r.After))));
    }

    [Test]
    public void R01_PacketAtTheStart_IsDecrypted() => Check("R01", () => Receive(0, 100));

    [Test]
    public void R02_StartMissed_Searches() => Check("R02", () => Receive(50, 100));

    [Test]
    public void R03_InOrder_IsDecrypted()
    {
        Receive(0, 3);
        int offset = 3;
        foreach (int length in (int[])[2, 200, 10, 7, 3, 442, 400])
        {
            Check("R03", () => Receive(offset, length));
            offset += length;
        }
    }

    [Test]
    public void R04_Duplicate_PassesUntouched() => CheckUnmoved("R04", 500, () => Receive(100, 400));

    [Test]
    public void R05_Straddling_PassesUntouched() => CheckUnmoved("R05", 500, () => Receive(499, 10));

    [Test]
    public void R06_GapWithinARecord_IsSkipped()
    {
        Receive(0, 50);

        Check("R06", () => Receive(100, 50));
    }

    [Test]
    public void R07_GapWithinARecordNextHeaderInPacket_TakesItUp()
    {
        Receive(0, 50);

        Check("R07", () => Receive(100, 200));

        Assert.That(Receive(300, 300).Verdict, Is.EqualTo(RxVerdict.Decrypted));
    }

    [Test]
    public void R08_GapEndsAtTheNextHeader_IsDecrypted()
    {
        Receive(0, 50);

        Check("R08", () => Receive(222, 100));
    }

    [Test]
    public void R09_SkippedRecordEnds_TakesUpTheNext()
    {
        Receive(0, 50);
        Receive(100, 50);

        Check("R09", () => Receive(150, 72));

        Assert.That(Receive(222, 300).Verdict, Is.EqualTo(RxVerdict.Decrypted));
    }

    [Test]
    public void R10_HeaderLost_Searches()
    {
        Receive(0, 50);

        Check("R10", () => Receive(300, 100));
    }

    [Test]
    public void R11_PartOfAHeaderLost_Searches()
    {
        Receive(0, 224);

        Check("R11", () => Receive(300, 100));
    }

    [Test]
    public void R12_BadTag_PassesAndTheNextRecordIsTried()
    {
        Receive(0, 100);
        _wire[110] ^= 1;

        Check("R12", () => Receive(100, 122));

        Assert.That(Receive(222, 222).Verdict, Is.EqualTo(RxVerdict.Decrypted));
    }

    [Test]
    public void R13_BadEndAndStartOfTheNext_LeavesTheNextMixed()
    {
        Receive(0, 100);
        _wire[221] ^= 1;
        Assert.That(Receive(100, 200).Verdict, Is.EqualTo(RxVerdict.AuthenticationFailed));

        Check("R13", () => Receive(300, 200));
    }

    // Type 22 is no outer type of TLS 1.3; version 3.4; length 16 (tag and type need 17) and 16641 (RFC 8446 §5.2: at most 2^14 + 256).
    [TestCase("1603030040")]
    [TestCase("1703040040")]
    [TestCase("1703030010")]
    [TestCase("1703034101")]
    [Test]
    public void R14_BadHeader_Searches(string header)
    {
        Receive(0, 222);
        Convert.FromHexString(header).CopyTo(_wire, 222);

        Check("R14", () => Receive(222, 100));
    }

    [Test]
    public void R15_SearchWithoutHeader_GoesOn()
    {
        Lose();

        Check("R15", () => Receive(330, 50));
    }

    [Test]
    public void R16_PossibleHeader_AsksTheHost()
    {
        Lose();

        RxResult result = Check("R16", () => Receive(330, 200));

        Assert.That(result.CandidateSequence, Is.EqualTo(_stream.Sequence(444)));
    }

    [Test]
    public void R17_HeaderOverTwoPackets_AsksForItsFirstByte([Range(1, 4)] int cut)
    {
        Lose();
        Receive(330, 444 - 330 + cut);

        RxResult result = Check("R17", () => Receive(444 + cut, 100));

        Assert.That(result.CandidateSequence, Is.EqualTo(_stream.Sequence(444)));
    }

    [Test]
    public void R18_Following_CountsRecords()
    {
        Follow();

        Check("R18", () => Receive(500, 700));

        Assert.That(Snapshot().RecordsSinceCandidate, Is.EqualTo(3));
    }

    [Test]
    public void R19_FollowedHeaderIsBad_Searches()
    {
        Follow();
        _wire[666] = 0;

        Check("R19", () => Receive(500, 180));
    }

    [Test]
    public void R20_FollowedHeaderLost_Searches()
    {
        Follow();

        Check("R20", () => Receive(700, 50));
    }

    [Test]
    public void R21_GapWhileFollowing_Holds()
    {
        Follow();

        Check("R21", () => Receive(600, 50));
    }

    [Test]
    public void R22_Acknowledged_ResumesAtTheNextRecord()
    {
        Follow();

        Answer(ResyncAnswerKind.Acknowledge, 444, 42, TxStatus.Ok);

        Check("R22", () => Receive(500, 100), before: RxState.Confirmed);
    }

    [Test]
    public void R23_NextRecordAfterAcknowledgement_IsDecryptedWithTheCountedNumber()
    {
        Follow();
        Receive(500, 650);
        Answer(ResyncAnswerKind.Acknowledge, 444, 42, TxStatus.Ok);
        Assert.That(Receive(1150, 200).Reason, Is.EqualTo(RxReason.Resuming));

        RxResult result = Check("R23", () => Receive(1350, 100), before: RxState.InSync);

        Assert.That(result.RecordNumber, Is.EqualTo(46));
    }

    [Test]
    public void R24_Refused_SearchesOn()
    {
        Follow();

        Answer(ResyncAnswerKind.Refuse, 444, 0, TxStatus.Ok);

        Check("R24", () => Receive(500, 100), before: RxState.Searching);
        Assert.That(Receive(600, 100).CandidateSequence, Is.EqualTo(_stream.Sequence(666)));
    }

    [Test]
    public void R25_StaleAnswer_IsDiscarded([Values] ResyncAnswerKind kind)
    {
        Follow();

        Answer(kind, 460, 42, TxStatus.AnswerStale);

        Check("R25", () => Receive(500, 100));
        Assert.That(_fixture.Engine.CountersOf(_handle)[TlsCounter.RxResyncSkipped], Is.EqualTo(1));
    }

    [Test]
    public void R26_BudgetUsedUp_AsksAgainWithALaterHeader()
    {
        Follow();
        Receive(500, 700);
        Assert.That(_fixture.Raised, Is.Empty);
        Receive(1200, 350);
        Assert.That(_fixture.Raised, Is.EqualTo(new[] { (EventCode.ResyncStuck, _handle, (ulong)_stream.Sequence(444)) }));

        RxResult result = Check("R26", () => Receive(1550, 100));

        Assert.That(result.CandidateSequence, Is.EqualTo(_stream.Sequence(1554)));
        Answer(ResyncAnswerKind.Acknowledge, 1554, 47, TxStatus.Ok);
        Receive(1650, 126);
        Assert.That(Receive(1776, 222).RecordNumber, Is.EqualTo(48));
    }

    [Test]
    public void R26_BudgetOfBytesButNotOfTime_AsksNotYet()
    {
        Use(_stream, budgetUs: 1000);
        Follow();

        Receive(500, 1500);

        Assert.That(_fixture.Raised, Is.Empty);
        _fixture.NowPs += 1_000_000_000;
        Receive(2000, 1);
        Assert.That(_fixture.Raised, Has.Count.EqualTo(1));
    }

    [Test]
    public void R27_BudgetUsedUpThreeTimes_SearchesAnew()
    {
        Follow();
        Receive(500, 1000);
        Receive(1500, 100);
        Receive(1600, 1000);
        Receive(2600, 100);
        Assert.That(_fixture.Raised, Has.Count.EqualTo(2));

        RxRule rule = Rule("R27");
        RxResult result = Receive(2700, 1000);

        Assert.That(_fixture.Raised, Has.Count.EqualTo(3));
        Assert.That(State(), Is.EqualTo(rule.After));
        Assert.That(result.Verdict, Is.EqualTo(rule.Verdict));
    }

    [Test]
    public void R28_HintWithTheNumber_IsProvedByTheFirstRecord() => CheckHint("R28", 44);

    [Test]
    public void R29_HintOneTooHigh_IsProvedByTheFirstRecord() => CheckHint("R29", 45);

    [Test]
    public void R30_HintWithAWrongNumber_DecryptsNothing([Values(0UL, 43UL, 46UL, 1UL << 40)] ulong number)
    {
        Lose();
        Answer(ResyncAnswerKind.NextRecordHint, 888, number, TxStatus.Ok);
        Receive(330, 560);

        Check("R30", () => Receive(890, 220), before: RxState.Confirmed);
    }

    [Test]
    public void R31_HintAboutThePassedCandidate_IsTakenWithTheCount([Values(42UL, 43UL)] ulong number)
    {
        Follow();
        Receive(500, 300);

        Answer(ResyncAnswerKind.NextRecordHint, 444, number, TxStatus.Ok);

        Assert.That(Receive(800, 88).Reason, Is.EqualTo(RxReason.Resuming));
        Assert.That(Receive(888, 222).Reason, Is.EqualTo(RxReason.Resuming));
        RxResult result = Check("R31", () => Receive(1110, 222), before: RxState.InSync);
        Assert.That(result.RecordNumber, Is.EqualTo(45));
    }

    [Test]
    public void R32_HintAboutAPassedPlace_IsDiscarded()
    {
        Lose();

        Answer(ResyncAnswerKind.NextRecordHint, 222, 41, TxStatus.AnswerStale);

        Check("R32", () => Receive(330, 50));
    }

    [Test]
    public void R33_Quiesced_NothingMoves()
    {
        Receive(0, 50);
        Assert.That(_fixture.Engine.Quiesce(_handle, true), Is.EqualTo(TlsCommandStatus.Ok));
        Assert.That(_fixture.Engine.Quiesce(_handle, true), Is.EqualTo(TlsCommandStatus.BadState));

        Check("R33", () => Receive(50, 50));

        Assert.That(_fixture.Engine.Quiesce(_handle, false), Is.EqualTo(TlsCommandStatus.Ok));
        Assert.That(Receive(50, 50).Verdict, Is.EqualTo(RxVerdict.Decrypted));
        Assert.That(_fixture.Engine.Quiesce(_handle, false), Is.EqualTo(TlsCommandStatus.BadState));
    }

    [Test]
    public void R34_RuleNotActive_NothingMoves()
    {
        Use(_stream, active: false);

        Check("R34", () => Receive(0, 50));

        Assert.That(_fixture.Engine.ActivateRx(_handle), Is.EqualTo(TlsCommandStatus.Ok));
        Assert.That(_fixture.Engine.ActivateRx(_handle), Is.EqualTo(TlsCommandStatus.BadState));
        Assert.That(Receive(0, 50).Verdict, Is.EqualTo(RxVerdict.Decrypted));
    }

    [Test]
    public void R35_KeyRevoked_OpensNothingMore()
    {
        Receive(0, 50);
        RxState before = State();
        ulong key = _fixture.KeyOf(_handle);
        _fixture.Engine.RevokeKey(key);

        Check("R35", () => Receive(50, 50), before: before);

        Assert.That(_fixture.Engine.AnswerResync(ResyncAnswerKind.Acknowledge, _handle, 0, 0), Is.EqualTo(TxStatus.KeyStale));
    }

    [Test]
    public void R36_RecordNumberUsedUp_OpensNothingMore([Values(0, 5)] int together)
    {
        RecordStream last = new RecordStream(TlsVersion.Tls13, TlsCipher.Aes128Gcm, ulong.MaxValue - 1, 0, 3).Add(20).Add(20).Add(20);
        Use(last);
        Receive(0, 60);
        Assert.That(Receive(60, 24).Verdict, Is.EqualTo(RxVerdict.Decrypted));
        if (together > 0)
        {
            SetUpLast(last);
            Check("R36", () => Receive(60, 24 + together), before: RxState.InSync);
        }
        else
        {
            Check("R36", () => Receive(84, 10), before: RxState.Off);
        }
    }

    [Test]
    public void R37_NoPayload_MovesNothing()
    {
        Receive(0, 50);

        Check("R37", () => Receive(50, 0));
    }

    [Test]
    public void R38_BadPacketThenItsRetransmission_IsDecrypted()
    {
        Receive(0, 50);
        _fixture.Engine.PassBadChecksum(_handle);

        Check("R38", () => Receive(50, 50));
    }

    [Test]
    public void R39_PayloadThatLooksLikeAHeader_IsNeverTrusted()
    {
        byte[] payload = new byte[300];
        for (int i = 0; i + 5 < payload.Length; i += 40)
        {
            new byte[] { 23, 3, 3, 0, 35 }.CopyTo(payload, i);
        }

        RecordStream fakes = new RecordStream(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 40, 1000, 1).Add(200);
        for (int i = 0; i < 6; i++)
        {
            fakes.AddWithCiphertext(payload);
        }

        Use(fakes);
        Receive(0, 50);
        RxResult result = Receive(300, 100);
        Assert.That(result.CandidateSequence, Is.EqualTo(fakes.Sequence(307)));

        Check(
            "R39",
            () =>
            {
                Answer(ResyncAnswerKind.Refuse, 307, 0, TxStatus.Ok);
                result = Receive(400, 100);
                while (result.CandidateSequence != fakes.Sequence(544))
                {
                    Answer(ResyncAnswerKind.Refuse, (int)(result.CandidateSequence - 1000), 0, TxStatus.Ok);
                    int at = (int)(Snapshot().ExpectedSequence - 1000);
                    result = Receive(at, at < 544 ? 544 - at : 5);
                }

                return result;
            });

        Answer(ResyncAnswerKind.Acknowledge, 544, 42, TxStatus.Ok);
        Receive(549, fakes.Records[3].Offset - 549);
        Assert.That(Receive(fakes.Records[3].Offset, 322).RecordNumber, Is.EqualTo(43));
    }

    [Test]
    public void R40_HintInSync_IsDiscarded()
    {
        Receive(0, 50);

        Answer(ResyncAnswerKind.NextRecordHint, 222, 99, TxStatus.AnswerStale);

        Check("R40", () => Receive(50, 400));
    }

    [Test]
    public void R41_WrongTags_RaiseAnEventAtTheThreshold()
    {
        Use(_stream, threshold: 3);
        for (int i = 0; i < 6; i++)
        {
            _wire[(222 * i) + 210] ^= 1;
        }

        Receive(0, 222);
        Receive(222, 222);
        Assert.That(_fixture.Raised, Is.Empty);

        Check("R41", () => Receive(444, 222));

        Assert.That(_fixture.Raised, Is.EqualTo(new[] { (EventCode.AuthenticationThreshold, _handle, 3UL) }));
        Receive(666, 666);
        Assert.That(_fixture.Raised, Has.Count.EqualTo(2));
    }

    [Test]
    public void R41_WrongNumberAcknowledged_AHintHealsIt()
    {
        Follow();
        Answer(ResyncAnswerKind.Acknowledge, 444, 77, TxStatus.Ok);
        Receive(500, 166);
        Assert.That(Receive(666, 222).Verdict, Is.EqualTo(RxVerdict.AuthenticationFailed));

        Answer(ResyncAnswerKind.NextRecordHint, 1110, 45, TxStatus.Ok);

        Assert.That(Receive(888, 222).Verdict, Is.EqualTo(RxVerdict.AuthenticationFailed));
        Assert.That(Receive(1110, 222).Reason, Is.EqualTo(RxReason.Resuming));
        Assert.That(Receive(1332, 222).RecordNumber, Is.EqualTo(46));
    }

    [Test]
    public void R42_PacketFarAhead_PassesUntouched()
    {
        Receive(0, 50);
        byte[] stray = [23, 3, 3, 0, 50];

        Check("R42", () => _fixture.Engine.Open(_handle, _stream.Sequence(50) + (1U << 30) + 1, stray, new byte[5], 0));

        Assert.That(Receive(50, 50).Verdict, Is.EqualTo(RxVerdict.Decrypted));
    }

    [Test]
    public void R43_SearchMisledByAStrayPacket_ComesBack()
    {
        Receive(0, 50);
        _fixture.Engine.Open(_handle, _stream.Sequence(50) + (1U << 29), new byte[5], new byte[5], 0);
        Assert.That(Receive(50, 500).Reason, Is.EqualTo(RxReason.BeforeExpected));
        Assert.That(Receive(550, 450).Reason, Is.EqualTo(RxReason.BeforeExpected));

        RxResult result = Check("R43", () => Receive(1000, 200));

        Assert.That(result.CandidateSequence, Is.EqualTo(_stream.Sequence(1110)));
    }

    [Test]
    public void R44_SequenceWrap_IsNothingSpecial()
    {
        RecordStream wrapping = new RecordStream(TlsVersion.Tls12, TlsCipher.Aes256Gcm, 0, 0xFFFF_FFF0, 1).Add(100).Add(100);
        Use(wrapping);
        Receive(0, 10);

        Check("R44", () => Receive(10, 100));
        Check("R44", () => Receive(110, 100));
    }

    [Test]
    public void R45_BadChecksum_MovesNothing()
    {
        Receive(0, 50);

        Check("R45", () => _fixture.Engine.PassBadChecksum(_handle));
    }

    private static RxRule Rule(string id) => RxRules.All.Single(r => r.Id == id);

    private void Use(RecordStream stream, bool active = true, uint budgetUs = 1, uint threshold = 0)
    {
        _fixture?.Dispose();
        _fixture = new EngineFixture();
        _stream = stream;
        _wire = stream.Wire;
        _handle = _fixture.InstallRx(stream, active, Budget, budgetUs, threshold);
    }

    private void SetUpLast(RecordStream last)
    {
        Use(last);
        Receive(0, 60);
    }

    private ContextSnapshot Snapshot()
    {
        _fixture.Engine.Query(_handle, out ContextSnapshot snapshot);
        return snapshot;
    }

    private RxState State() => (RxState)Snapshot().State;

    private RxResult Receive(int offset, int length)
    {
        byte[] plain = new byte[length];
        RxResult result = _fixture.Engine.Open(_handle, _stream.Sequence(offset), _wire.AsSpan(offset, length), plain, _fixture.NowPs += 1_000_000);
        if (result.Verdict == RxVerdict.Decrypted)
        {
            Assert.That(plain, Is.EqualTo(_stream.Opened.GetRange(offset, length)));
            Assert.That(result.RecordNumber, Is.EqualTo(_stream.Records[_stream.RecordAt(offset)].Number));
        }

        return result;
    }

    private void Lose()
    {
        Receive(0, 50);
        Receive(300, 30);
        Assert.That(State(), Is.EqualTo(RxState.Searching));
    }

    private void Follow()
    {
        Lose();
        Receive(330, 170);
        Assert.That(State(), Is.EqualTo(RxState.Tracking));
    }

    private void Answer(ResyncAnswerKind kind, int offset, ulong number, TxStatus expected) =>
        Assert.That(_fixture.Engine.AnswerResync(kind, _handle, _stream.Sequence(offset), number), Is.EqualTo(expected));

    private RxResult Check(string id, Func<RxResult> act, RxState? before = null)
    {
        RxRule rule = Rule(id);
        Assert.That(State(), Is.EqualTo(before ?? rule.Before));

        RxResult result = act();

        Assert.That((result.Verdict, result.Reason), Is.EqualTo((rule.Verdict, rule.Reason)));
        Assert.That(State(), Is.EqualTo(rule.After));
        return result;
    }

    private void CheckUnmoved(string id, int head, Func<RxResult> act)
    {
        Receive(0, head);
        ContextSnapshot before = Snapshot();
        Check(id, act);
        Assert.That(Snapshot(), Is.EqualTo(before));
    }

    private void CheckHint(string id, ulong number)
    {
        Lose();
        Answer(ResyncAnswerKind.NextRecordHint, 888, number, TxStatus.Ok);
        Receive(330, 558);
        Assert.That(Receive(888, 222).Reason, Is.EqualTo(RxReason.Resuming));

        RxResult result = Check(id, () => Receive(1110, 222), before: RxState.InSync);

        Assert.That(result.RecordNumber, Is.EqualTo(45));
    }
}
