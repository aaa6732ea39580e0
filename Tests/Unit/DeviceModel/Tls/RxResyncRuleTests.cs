using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Rules;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>The rows of the receive truth table about a context that lost its place, each under its number.</summary>
[TestFixture]
public sealed class RxResyncRuleTests : RxRuleBench
{
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

        Assert.That(result.CandidateSequence, Is.EqualTo(Stream.Sequence(444)));
    }

    [Test]
    public void R17_HeaderOverTwoPackets_AsksForItsFirstByte([Range(1, 4)] int cut)
    {
        Lose();
        Receive(330, 444 - 330 + cut);

        RxResult result = Check("R17", () => Receive(444 + cut, 100));

        Assert.That(result.CandidateSequence, Is.EqualTo(Stream.Sequence(444)));
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
        Wire[666] = 0;

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
        Assert.That(Receive(600, 100).CandidateSequence, Is.EqualTo(Stream.Sequence(666)));
    }

    [Test]
    public void R25_StaleAnswer_IsDiscarded([Values] ResyncAnswerKind kind)
    {
        Follow();

        Answer(kind, 460, 42, TxStatus.AnswerStale);

        Check("R25", () => Receive(500, 100));
        Assert.That(Fixture.Engine.CountersOf(Handle)[TlsCounter.RxResyncSkipped], Is.EqualTo(1));
    }

    [Test]
    public void R26_BudgetUsedUp_AsksAgainWithALaterHeader()
    {
        Follow();
        Receive(500, 700);
        Assert.That(Fixture.Raised, Is.Empty);
        Receive(1200, 350);
        Assert.That(Fixture.Raised, Is.EqualTo(new[] { (EventCode.ResyncStuck, Handle, (ulong)Stream.Sequence(444)) }));

        RxResult result = Check("R26", () => Receive(1550, 100));

        Assert.That(result.CandidateSequence, Is.EqualTo(Stream.Sequence(1554)));
        Answer(ResyncAnswerKind.Acknowledge, 1554, 47, TxStatus.Ok);
        Receive(1650, 126);
        Assert.That(Receive(1776, 222).RecordNumber, Is.EqualTo(48));
    }

    [Test]
    public void R26_BudgetOfBytesButNotOfTime_AsksNotYet()
    {
        Use(Stream, budgetUs: 1000);
        Follow();

        Receive(500, 1500);

        Assert.That(Fixture.Raised, Is.Empty);
        Fixture.NowPs += 1_000_000_000;
        Receive(2000, 1);
        Assert.That(Fixture.Raised, Has.Count.EqualTo(1));
    }

    [Test]
    public void R27_BudgetUsedUpThreeTimes_SearchesAnew()
    {
        Follow();
        Receive(500, 1000);
        Receive(1500, 100);
        Receive(1600, 1000);
        Receive(2600, 100);
        Assert.That(Fixture.Raised, Has.Count.EqualTo(2));

        RxRule rule = Rule("R27");
        RxResult result = Receive(2700, 1000);

        Assert.That(Fixture.Raised, Has.Count.EqualTo(3));
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
    public void R41_WrongTags_RaiseAnEventAtTheThreshold()
    {
        Use(Stream, threshold: 3);
        for (int i = 0; i < 6; i++)
        {
            Wire[(222 * i) + 210] ^= 1;
        }

        Receive(0, 222);
        Receive(222, 222);
        Assert.That(Fixture.Raised, Is.Empty);

        Check("R41", () => Receive(444, 222));

        Assert.That(Fixture.Raised, Is.EqualTo(new[] { (EventCode.AuthenticationThreshold, Handle, 3UL) }));
        Receive(666, 666);
        Assert.That(Fixture.Raised, Has.Count.EqualTo(2));
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
    public void R43_SearchMisledByAStrayPacket_ComesBack()
    {
        Receive(0, 50);
        Fixture.Engine.Open(Handle, Stream.Sequence(50) + (1U << 29), new byte[5], new byte[5], 0);
        Assert.That(Receive(50, 500).Reason, Is.EqualTo(RxReason.BeforeExpected));
        Assert.That(Receive(550, 450).Reason, Is.EqualTo(RxReason.BeforeExpected));

        RxResult result = Check("R43", () => Receive(1000, 200));

        Assert.That(result.CandidateSequence, Is.EqualTo(Stream.Sequence(1110)));
    }

    [Test]
    public void R46_RequestAboutAStrayPacket_IsGivenUp()
    {
        Receive(0, 50);
        byte[] header = [23, 3, 3, 4, 0];
        Fixture.Engine.Open(Handle, Stream.Sequence(50) + (1U << 29), header, new byte[5], 0);
        Assert.That(State(), Is.EqualTo(RxState.Tracking));
        Assert.That(Receive(50, 500).Reason, Is.EqualTo(RxReason.BeforeExpected));
        Assert.That(Receive(550, 450).Reason, Is.EqualTo(RxReason.BeforeExpected));

        RxResult result = Check("R46", () => Receive(1000, 200));

        Assert.That(result.CandidateSequence, Is.EqualTo(Stream.Sequence(1110)));
        Assert.That(Fixture.Raised, Is.EqualTo(new[] { (EventCode.ResyncStuck, Handle, (ulong)(Stream.Sequence(50) + (1U << 29))) }));
    }

    [Test]
    public void Open_BadTagThenCandidateInOnePacket_AsksWithTheNextHeader()
    {
        Receive(0, 50);
        Wire[210] ^= 1;
        Wire[222] = 0;

        RxResult result = Receive(50, 500);

        Assert.That((result.Verdict, State()), Is.EqualTo((RxVerdict.AuthenticationFailed, RxState.Tracking)));
        result = Receive(550, 200);
        Assert.That((result.Verdict, result.CandidateSequence), Is.EqualTo((RxVerdict.ResyncRequest, Stream.Sequence(666))));
    }
}
