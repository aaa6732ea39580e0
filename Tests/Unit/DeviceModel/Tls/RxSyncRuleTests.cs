using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>The rows of the receive truth table about a context that knows its place, each under its number.</summary>
[TestFixture]
public sealed class RxSyncRuleTests : RxRuleBench
{
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
        Wire[110] ^= 1;

        Check("R12", () => Receive(100, 122));

        Assert.That(Receive(222, 222).Verdict, Is.EqualTo(RxVerdict.Decrypted));
    }

    [Test]
    public void R13_BadEndAndStartOfTheNext_LeavesTheNextMixed()
    {
        Receive(0, 100);
        Wire[221] ^= 1;
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
        Convert.FromHexString(header).CopyTo(Wire, 222);

        Check("R14", () => Receive(222, 100));
    }

    [Test]
    public void R33_Quiesced_NothingMoves()
    {
        Receive(0, 50);
        Assert.That(Fixture.Engine.Quiesce(Handle, true), Is.EqualTo(TlsCommandStatus.Ok));
        Assert.That(Fixture.Engine.Quiesce(Handle, true), Is.EqualTo(TlsCommandStatus.BadState));

        Check("R33", () => Receive(50, 50));

        Assert.That(Fixture.Engine.Quiesce(Handle, false), Is.EqualTo(TlsCommandStatus.Ok));
        Assert.That(Receive(50, 50).Verdict, Is.EqualTo(RxVerdict.Decrypted));
        Assert.That(Fixture.Engine.Quiesce(Handle, false), Is.EqualTo(TlsCommandStatus.BadState));
    }

    [Test]
    public void R34_RuleNotActive_NothingMoves()
    {
        Use(Stream, active: false);

        Check("R34", () => Receive(0, 50));

        Assert.That(Fixture.Engine.ActivateRx(Handle), Is.EqualTo(TlsCommandStatus.Ok));
        Assert.That(Fixture.Engine.ActivateRx(Handle), Is.EqualTo(TlsCommandStatus.BadState));
        Assert.That(Receive(0, 50).Verdict, Is.EqualTo(RxVerdict.Decrypted));
    }

    [Test]
    public void R35_KeyRevoked_OpensNothingMore()
    {
        Receive(0, 50);
        RxState before = State();
        ulong key = Fixture.KeyOf(Handle);
        Fixture.Engine.RevokeKey(key);

        Check("R35", () => Receive(50, 50), before: before);

        Assert.That(Fixture.Engine.AnswerResync(ResyncAnswerKind.Acknowledge, Handle, 0, 0), Is.EqualTo(TxStatus.KeyStale));
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
        Fixture.Engine.PassBadChecksum(Handle);

        Check("R38", () => Receive(50, 50));
    }

    [Test]
    public void R40_HintInSync_IsDiscarded()
    {
        Receive(0, 50);

        Answer(ResyncAnswerKind.NextRecordHint, 222, 99, TxStatus.AnswerStale);

        Check("R40", () => Receive(50, 400));
    }

    [Test]
    public void R42_PacketFarAhead_PassesUntouched()
    {
        Receive(0, 50);
        byte[] stray = [23, 3, 3, 0, 50];

        Check("R42", () => Fixture.Engine.Open(Handle, Stream.Sequence(50) + (1U << 30) + 1, stray, new byte[5], 0));

        Assert.That(Receive(50, 50).Verdict, Is.EqualTo(RxVerdict.Decrypted));
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

        Check("R45", () => Fixture.Engine.PassBadChecksum(Handle));
    }
}
