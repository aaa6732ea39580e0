using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Toe;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>Code numbers against the manual's literals: names in order of their number, gaps included.</summary>
internal sealed class CodeNumberTests
{
    [Test]
    public void TxOpcode_Numbers_AreTheManuals() => Check<TxOpcode>("Data=1 SetContext=16 SetProgress=17 Position=18 Replay=19 Range=20 Query=21 ResyncAnswer=22 Fence=23 Nop=31");

    [Test]
    public void TxStatus_Numbers_AreTheManuals() => Check<TxStatus>(
        "Ok=0 NotInSequence=1 ContextInvalid=2 KeyStale=3 RecordMalformed=4 TagWithoutReplay=5 ReplayShort=6 ReplayLong=7 RecordLimit=8 DmaFault=9 Unsupported=10 "
        + "SequenceBroken=11 PassesHead=12 WrongQueue=13 DescriptorMalformed=14 HeadersMalformed=15 TooLong=16 Flushed=17 LinkDown=18 ModeMismatch=19 BeforeStart=20 AnswerStale=21 "
        + "TagWithoutRecord=22 RangeMalformed=23");

    [Test]
    public void TxFlags_Numbers_AreTheManuals() => Check<TxFlags>("None=0 Complete=1 More=2 Advance=4 Fence=8");

    [Test]
    public void TxResyncStep_Numbers_AreTheManuals() => Check<TxResyncStep>("NextRecord=0 SetContext=1 SetProgress=2 Fence=3 Replay=4 Position=5 Range=6");

    [Test]
    public void TxMode_Numbers_AreTheManuals() => Check<TxMode>("SequenceTracked=0 Positional=1 Range=2");

    [Test]
    public void TxOffloads_Numbers_AreTheManuals() => Check<TxOffloads>("None=0 Ipv4Checksum=1 L4Checksum=2 Segmentation=4 VlanInsert=8 Tls=16");

    [Test]
    public void RxStatus_Numbers_AreTheManuals() => Check<RxStatus>("Ok=0 DmaFault=1 BufferTooSmall=2 Flushed=3 DescriptorMalformed=4");

    [Test]
    public void RxFlags_Numbers_AreTheManuals() => Check<RxFlags>("None=0 Ipv4Checked=1 Ipv4Good=2 L4Checked=4 L4Good=8 VlanStripped=16 Multicast=32 Broadcast=64 HashValid=128");

    [Test]
    public void RxVerdict_Numbers_AreTheManuals() => Check<RxVerdict>("NotTls=0 Decrypted=1 NotDecrypted=2 ResyncRequest=3 AuthenticationFailed=4");

    [Test]
    public void QueueError_Numbers_AreTheManuals() => Check<QueueError>("None=0 Configuration=1 DoorbellRange=2 RingFault=3 CompletionFault=4 ConsumerIndex=5");

    [Test]
    public void EventCode_Numbers_AreTheManuals() => Check<EventCode>(
        "LinkChanged=1 MailboxDone=2 TableFull=3 KeyStale=4 AuthenticationThreshold=5 ResyncStuck=6 InvariantTrap=7 QueueError=8 FirmwareChanged=9 SlotRetired=10");

    [Test]
    public void MailboxOpcode_Numbers_AreTheManuals() => Check<MailboxOpcode>(
        "QueryFirmware=1 SetLink=2 KeyCreate=16 KeyRotate=17 KeyRevoke=18 KeySync=19 KeyDestroy=20 TxCreate=32 TxDestroy=33 TxMove=34 TxUpdate=35 "
        + "RxCreate=48 RxActivate=49 RxQuiesce=50 RxDestroy=51 ContextQuery=64 ToeOpen=80 ToeListen=81 ToeAccept=82 ToeSend=83 ToeReceive=84 ToeSwitchTls=85 ToeClose=86");

    [Test]
    public void MailboxStatus_Numbers_AreTheManuals() => Check<MailboxStatus>(
        "Ok=0 BadOpcode=1 BadLength=2 BadParameter=3 BadHandle=4 StaleHandle=5 TableFull=6 Busy=7 Unsupported=8 NoKeyStaged=9 Duplicate=10 BadState=11 NotReady=12 EpochExhausted=13");

    [Test]
    public void ToeOpcode_Numbers_AreTheManuals() => Check<ToeOpcode>("Open=1 Listen=2 Accept=3 Send=4 Receive=5 SwitchTls=6 Close=7");

    [Test]
    public void ToeStatus_Numbers_AreTheManuals() => Check<ToeStatus>(
        "Ok=0 BadOpcode=1 BadParameter=2 BadHandle=3 NoRoom=4 Refused=5 TimedOut=6 Unreachable=7 Reset=8 EndOfStream=9 BadState=10 MidRecord=11 BufferTooSmall=12 DmaFault=13 "
        + "BadTag=14 BadRecord=15 KeyStale=16 InUse=17 Closed=18");

    [Test]
    public void InternalWindow_Numbers_AreTheManuals() => Check<InternalWindow>("MailboxRequest=0 MailboxReply=1 Scratch=2 PacketRing=3 CryptoRing=4 HostRing=5 CardMemory=6 ToeCommands=7");

    [Test]
    public void InternalLine_Numbers_AreTheManuals() => Check<InternalLine>("Mailbox=0 LinkChanged=1 FunctionReset=2 ToeChanged=3 PacketRing=4 CryptoRing=5 HostRing=6 ToeCommands=7");

    private static void Check<T>(string expected)
        where T : struct, Enum =>
        Assert.That(string.Join(' ', Enum.GetValues<T>().Select(static v => $"{v}={Convert.ToInt32(v)}")), Is.EqualTo(expected));
}
