using NicEmu.Spec.Events;
using NicEmu.Tests.Block.Native;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Firmware;

/// <summary>Mailbox hardware and firmware together, through registers alone: every status, every check of a request.</summary>
internal sealed class MailboxTests
{
    private const uint BadOpcode = 1, BadLength = 2, BadParameter = 3, BadHandle = 4, StaleHandle = 5, Busy = 7, Unsupported = 8, NoKeyStaged = 9, Duplicate = 10, BadState = 11, NotReady = 12;

    private static readonly byte[] Aes128 = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0x34, 0x12, 0, 0, 0, 0];

    [Test]
    public void Boot_Firmware_IsReadyAfterItsStartTime()
    {
        var bench = new NativeBench(start: false);
        bench.Enable();
        uint starting = bench.Read(0, 0x0180);
        bench.Run(50_000_000);

        Assert.That(starting, Is.EqualTo(1u), "STARTING");
        Assert.That(bench.Read(0, 0x0180), Is.EqualTo(2u), "READY");
        Assert.That(bench.Read(0, 0x0188), Is.EqualTo(0x0001_0000u), "FW_VERSION 1.0");
        Assert.That(bench.Read(0, 0x000C) & 1, Is.EqualTo(1u), "DEV_STATUS.FW_READY");
    }

    [Test]
    public void Health_WhileAlive_CountsMilliseconds()
    {
        var bench = new NativeBench();
        uint before = bench.Read(0, 0x0184);

        bench.Run(10 * NativeBench.Millisecond);

        Assert.That(bench.Read(0, 0x0184), Is.EqualTo(before + 10));
    }

    [Test]
    public void Command_WithoutFirmware_IsNotReady()
    {
        var bench = new NativeBench(withFirmware: false);

        Assert.That(bench.Read(0, 0x0180), Is.Zero, "ABSENT");
        Assert.That(bench.Read(0, 0x000C) & 1, Is.Zero);
        Assert.That(bench.Command(1, []), Is.EqualTo(NotReady));
    }

    [Test]
    public void Go_Written_IsBusyUntilFirmwareIsDone()
    {
        var bench = new NativeBench();

        bench.Write(0, 0x0100, 0x8000_0001);

        Assert.That(bench.Read(0, 0x0104), Is.EqualTo(1u), "BUSY");
        Assert.That(bench.Read(0, 0x0100), Is.EqualTo(1u), "GO clears itself");
        bench.Run(11_999_999);
        Assert.That(bench.Read(0, 0x0104), Is.EqualTo(1u));
        bench.Run(1);
        Assert.That(bench.Read(0, 0x0104), Is.EqualTo(2u), "DONE");
        Assert.That(bench.Read(0, 0x0108), Is.EqualTo(16u), "MBOX_REPLY_LEN");
        Assert.That(bench.Reply(8), Is.EqualTo(new byte[] { 1, 0, 0, 0, 1, 0, 0, 0 }), "version 1.0, one command before: SET_LINK");
    }

    [Test]
    public void Go_WhileBusy_IsRefused()
    {
        var bench = new NativeBench();
        bench.Write(0, 0x0100, 0x8000_0001);

        bench.Write(0, 0x0100, 0x8000_0002);
        bench.Run(NativeBench.Millisecond);

        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.Mailbox }));
        Assert.That(bench.Read(0, 0x0104), Is.EqualTo(2u), "the first command ended well");
    }

    [Test]
    public void Request_AfterTheCommand_IsGone()
    {
        var bench = new NativeBench();
        bench.Command(2, [0, 0, 0, 0]);

        Assert.That(bench.Read(0, 0x0200), Is.Zero);
        Assert.That(bench.Command(2, [1, 0, 0, 0]), Is.Zero);
        bench.Write(0, 0x0100, 0x8000_0000 | (4u << 16) | 2);
        bench.Run(NativeBench.Millisecond);
        Assert.That(bench.Read(0, 0x000C) & 2, Is.Zero, "the zeroised request says: down");
    }

    [TestCase(0xFFFFu, 0, 1u, TestName = "Opcode_AllOnes_IsBadOpcode")]
    [TestCase(0x0000u, 0, 1u, TestName = "Opcode_Zero_IsBadOpcode")]
    [TestCase(0x0015u, 0, 1u, TestName = "Opcode_PastTheKeys_IsBadOpcode")]
    [TestCase(0x0050u, 0, 8u, TestName = "Opcode_ToeOpen_IsUnsupported")]
    [TestCase(0x0056u, 0, 8u, TestName = "Opcode_ToeClose_IsUnsupported")]
    [TestCase(0x0057u, 0, 1u, TestName = "Opcode_PastToe_IsBadOpcode")]
    [TestCase(0x0001u, 1, 2u, TestName = "QueryFirmware_OneByte_IsBadLength")]
    [TestCase(0x0002u, 3, 2u, TestName = "SetLink_ThreeBytes_IsBadLength")]
    [TestCase(0x0002u, 5, 2u, TestName = "SetLink_FiveBytes_IsBadLength")]
    [TestCase(0x0010u, 15, 2u, TestName = "KeyCreate_Short_IsBadLength")]
    [TestCase(0x0011u, 17, 2u, TestName = "KeyRotate_Long_IsBadLength")]
    [TestCase(0x0012u, 7, 2u, TestName = "KeyRevoke_Short_IsBadLength")]
    [TestCase(0x0013u, 1, 2u, TestName = "KeySync_OneByte_IsBadLength")]
    [TestCase(0x0014u, 9, 2u, TestName = "KeyDestroy_Long_IsBadLength")]
    [TestCase(0x0020u, 31, 2u, TestName = "TxCreate_Short_IsBadLength")]
    [TestCase(0x0021u, 0, 2u, TestName = "TxDestroy_Empty_IsBadLength")]
    [TestCase(0x0022u, 15, 2u, TestName = "TxMove_Short_IsBadLength")]
    [TestCase(0x0023u, 23, 2u, TestName = "TxUpdate_Short_IsBadLength")]
    [TestCase(0x0030u, 79, 2u, TestName = "RxCreate_Short_IsBadLength")]
    [TestCase(0x0031u, 7, 2u, TestName = "RxActivate_Short_IsBadLength")]
    [TestCase(0x0032u, 15, 2u, TestName = "RxQuiesce_Short_IsBadLength")]
    [TestCase(0x0033u, 256, 2u, TestName = "RxDestroy_256Bytes_IsBadLength")]
    [TestCase(0x0040u, 0, 2u, TestName = "ContextQuery_Empty_IsBadLength")]
    [TestCase(0x0012u, 8, 4u, TestName = "KeyRevoke_HandleZero_IsBadHandle")]
    [TestCase(0x0014u, 8, 4u, TestName = "KeyDestroy_HandleZero_IsBadHandle")]
    [TestCase(0x0021u, 8, 4u, TestName = "TxDestroy_HandleZero_IsBadHandle")]
    [TestCase(0x0022u, 16, 4u, TestName = "TxMove_HandleZero_IsBadHandle")]
    [TestCase(0x0023u, 24, 4u, TestName = "TxUpdate_HandleZero_IsBadHandle")]
    [TestCase(0x0031u, 8, 4u, TestName = "RxActivate_HandleZero_IsBadHandle")]
    [TestCase(0x0032u, 16, 4u, TestName = "RxQuiesce_HandleZero_IsBadHandle")]
    [TestCase(0x0033u, 8, 4u, TestName = "RxDestroy_HandleZero_IsBadHandle")]
    [TestCase(0x0040u, 8, 4u, TestName = "ContextQuery_HandleZero_IsBadHandle")]
    public void Command_ZeroRequest_EndsWithItsStatus(uint opcode, int length, uint status)
    {
        var bench = new NativeBench();

        Assert.That(bench.Command((ushort)opcode, new byte[length]), Is.EqualTo(status));
    }

    [TestCase(257u)]
    [TestCase(511u)]
    public void Length_BeyondTheArea_IsBadLengthAtOnce(uint length)
    {
        var bench = new NativeBench();

        bench.Write(0, 0x0100, 0x8000_0001 | (length << 16));

        Assert.That(bench.Read(0, 0x0104), Is.EqualTo((BadLength << 8) | 2));
    }

    [TestCase(0, 1, BadParameter, TestName = "KeyCreate_HandleGiven_IsBadParameter")]
    [TestCase(9, 1, BadParameter, TestName = "KeyCreate_Reserved9_IsBadParameter")]
    [TestCase(15, 1, BadParameter, TestName = "KeyCreate_Reserved12_IsBadParameter")]
    [TestCase(8, 0, Unsupported, TestName = "KeyCreate_CipherZero_IsUnsupported")]
    [TestCase(8, 4, Unsupported, TestName = "KeyCreate_CipherFour_IsUnsupported")]
    [TestCase(8, 255, Unsupported, TestName = "KeyCreate_CipherAllOnes_IsUnsupported")]
    public void KeyCreate_BadField_IsRefusedAndTheKeyStaysStaged(int offset, byte value, uint status)
    {
        var bench = new NativeBench();
        StageKey(bench, words: 4);
        byte[] request = [.. Aes128];
        request[offset] = value;

        Assert.That(bench.Command(16, request), Is.EqualTo(status));
        Assert.That(bench.Read(0, 0x0170), Is.EqualTo(0x0Fu), "KEY_STAGE_CTRL.KEY_WRITTEN");
    }

    [TestCase(0, 1, NoKeyStaged, TestName = "KeyCreate_NothingStaged_IsRefused")]
    [TestCase(3, 1, NoKeyStaged, TestName = "KeyCreate_OneWordMissing_IsRefused")]
    [TestCase(4, 1, 0u, TestName = "KeyCreate_Aes128_TakesFourWords")]
    [TestCase(4, 2, NoKeyStaged, TestName = "KeyCreate_Aes256_WantsEightWords")]
    [TestCase(7, 3, NoKeyStaged, TestName = "KeyCreate_ChaCha_WantsEightWords")]
    [TestCase(8, 3, 0u, TestName = "KeyCreate_ChaCha_TakesEightWords")]
    public void KeyCreate_StagedWords_DecideTheOutcome(int words, byte cipher, uint status)
    {
        var bench = new NativeBench();
        StageKey(bench, words);
        byte[] request = [.. Aes128];
        request[8] = cipher;

        Assert.That(bench.Command(16, request), Is.EqualTo(status));
        Assert.That(bench.Read(0, 0x0170) != 0, Is.EqualTo(status != 0 && words > 0), "a key that was taken is gone from the stage");
    }

    [Test]
    public void KeyStage_Words_ReadZeroAndClearForgetsThem()
    {
        var bench = new NativeBench();
        StageKey(bench, 8);
        StageIv(bench);
        uint read = bench.Read(0, 0x0140) | bench.Read(0, 0x0160);
        uint written = bench.Read(0, 0x0170);

        bench.Write(0, 0x0170, 0x8000_0000);

        Assert.That(read, Is.Zero);
        Assert.That(written, Is.EqualTo(0x0007_00FFu));
        Assert.That(bench.Read(0, 0x0170), Is.Zero);
        Assert.That(bench.Command(16, Aes128), Is.EqualTo(NoKeyStaged));
    }

    [Test]
    public void Key_Life_CreateRotateReferenceDestroy()
    {
        var bench = new NativeBench();
        ulong first = CreateKey(bench);
        StageKey(bench, 4);
        byte[] rotate = [.. Aes128];
        BitConverter.TryWriteBytes(rotate, first);
        Assert.That(bench.Command(17, rotate), Is.Zero);
        ulong second = BitConverter.ToUInt64(bench.Reply(8));
        ulong context = CreateTx(bench, second);

        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That(second & 0xFF_FFFF, Is.EqualTo(first & 0xFF_FFFF), "the same slot");
        Assert.That(bench.Command(20, BitConverter.GetBytes(first)), Is.EqualTo(StaleHandle));
        Assert.That(bench.Command(20, BitConverter.GetBytes(second)), Is.EqualTo(Busy));
        Assert.That(bench.Command(33, BitConverter.GetBytes(context)), Is.Zero);
        Assert.That(bench.Command(20, BitConverter.GetBytes(second)), Is.Zero);
        Assert.That(bench.Command(20, BitConverter.GetBytes(second)), Is.EqualTo(StaleHandle).Or.EqualTo(BadHandle));
    }

    [TestCase(11, 1, BadParameter, TestName = "TxCreate_Reserved11_IsBadParameter")]
    [TestCase(12, 16, BadParameter, TestName = "TxCreate_QueuePastTheLast_IsBadParameter")]
    [TestCase(14, 1, BadParameter, TestName = "TxCreate_Reserved14_IsBadParameter")]
    [TestCase(20, 1, BadParameter, TestName = "TxCreate_Reserved20_IsBadParameter")]
    [TestCase(10, 3, BadParameter, TestName = "TxCreate_ModeThree_IsBadParameter")]
    [TestCase(8, 2, Unsupported, TestName = "TxCreate_Tls11_IsUnsupported")]
    [TestCase(0, 0x77, BadHandle, TestName = "TxCreate_NoSuchKey_IsBadHandle")]
    public void TxCreate_BadField_IsRefused(int offset, byte value, uint status)
    {
        var bench = new NativeBench();
        byte[] request = TxCreate(CreateKey(bench));
        request[offset] = value;
        StageIv(bench);

        Assert.That(bench.Command(32, request), Is.EqualTo(status));
    }

    [Test]
    public void TxCreate_NoIvStaged_IsRefused()
    {
        var bench = new NativeBench();
        ulong key = CreateKey(bench);

        Assert.That(bench.Command(32, TxCreate(key)), Is.EqualTo(NoKeyStaged));
    }

    [Test]
    public void ContextQuery_TransmitContext_RepliesWithItsSnapshot()
    {
        var bench = new NativeBench();
        ulong context = CreateTx(bench, CreateKey(bench));

        Assert.That(bench.Command(64, BitConverter.GetBytes(context)), Is.Zero);
        byte[] reply = bench.Reply(64);
        Assert.That(bench.Read(0, 0x0108), Is.EqualTo(64u));
        Assert.That(BitConverter.ToUInt64(reply), Is.EqualTo(context));
        Assert.That(reply[8..16], Is.EqualTo(new byte[] { 0, reply[9], 1, 0, 4, 3, 3, 0 }), "transmit, AES-128-GCM, tracked, TLS 1.3, queue 3");
        Assert.That(BitConverter.ToUInt32(reply, 16), Is.EqualTo(0x0403_0201u), "expected sequence");
        Assert.That(BitConverter.ToUInt64(reply, 24), Is.EqualTo(0x10ul), "record number");
    }

    [Test]
    public void RxContext_Life_CreateActivateQuiesceDestroy()
    {
        var bench = new NativeBench();
        ulong key = CreateKey(bench);
        StageIv(bench);
        byte[] request = RxCreate(key);
        Assert.That(bench.Command(48, request), Is.Zero);
        byte[] context = bench.Reply(8);
        StageIv(bench);

        Assert.That(bench.Command(48, request), Is.EqualTo(Duplicate));
        Assert.That(bench.Command(49, context), Is.Zero);
        Assert.That(bench.Command(49, context), Is.EqualTo(BadState), "active already");
        Assert.That(bench.Command(50, [.. context, 2, 0, 0, 0, 0, 0, 0, 0]), Is.EqualTo(BadParameter));
        Assert.That(bench.Command(50, [.. context, 1, 0, 0, 0, 0, 0, 0, 0]), Is.Zero);
        Assert.That(bench.Command(50, [.. context, 0, 0, 0, 0, 0, 0, 0, 0]), Is.Zero);
        Assert.That(bench.Command(20, BitConverter.GetBytes(key)), Is.EqualTo(Busy));
        Assert.That(bench.Command(51, context), Is.Zero);
        Assert.That(bench.Command(20, BitConverter.GetBytes(key)), Is.Zero);
    }

    [TestCase(10, 5, TestName = "RxCreate_IpVersionFive_IsBadParameter")]
    [TestCase(10, 0, TestName = "RxCreate_IpVersionZero_IsBadParameter")]
    [TestCase(11, 1, TestName = "RxCreate_Reserved11_IsBadParameter")]
    [TestCase(12, 16, TestName = "RxCreate_QueuePastTheLast_IsBadParameter")]
    [TestCase(18, 1, TestName = "RxCreate_Reserved18_IsBadParameter")]
    [TestCase(36, 1, TestName = "RxCreate_Ipv4RemoteTail_IsBadParameter")]
    [TestCase(47, 1, TestName = "RxCreate_Ipv4RemoteEnd_IsBadParameter")]
    [TestCase(52, 1, TestName = "RxCreate_Ipv4LocalTail_IsBadParameter")]
    [TestCase(76, 1, TestName = "RxCreate_Reserved76_IsBadParameter")]
    public void RxCreate_BadField_IsRefused(int offset, byte value)
    {
        var bench = new NativeBench();
        byte[] request = RxCreate(CreateKey(bench));
        request[offset] = value;
        StageIv(bench);

        Assert.That(bench.Command(48, request), Is.EqualTo(BadParameter));
    }

    [Test]
    public void Event_AskedFor_IsQueuedAtTheEnd()
    {
        var bench = new NativeBench();
        bench.EnableEvents();

        bench.Write(0, 0x0100, 0xC000_0001);
        bench.Run(NativeBench.Millisecond / 10);

        Assert.That(bench.Host.At(NativeBench.EventRing, 8).ToArray(), Is.EqualTo(new byte[] { 2, 0, 0, 0, 1, 0, 0, 0 }), "MAILBOX_DONE, QUERY_FIRMWARE");
    }

    [Test]
    public void Restart_ContextsExist_AreReadBackFromTheHardware()
    {
        var bench = new NativeBench();
        ulong key = CreateKey(bench);
        ulong context = CreateTx(bench, key);
        bench.Write(0, 0x0100, 0x8000_0001);

        bench.Write(0, 0x018C, 1);
        uint aborted = bench.Read(0, 0x0104);
        uint state = bench.Read(0, 0x0180);
        bench.Run(NativeBench.Millisecond / 10);

        Assert.That(aborted, Is.EqualTo((NotReady << 8) | 2), "the running command ended");
        Assert.That(state, Is.EqualTo(1u), "STARTING");
        Assert.That(bench.Command(20, BitConverter.GetBytes(key)), Is.EqualTo(Busy), "the ledger knows the context again");
        Assert.That(bench.Command(33, BitConverter.GetBytes(context)), Is.Zero);
        Assert.That(bench.Command(20, BitConverter.GetBytes(key)), Is.Zero);
    }

    [Test]
    public void Handle_OfBeforeAReset_IsStale()
    {
        var bench = new NativeBench();
        ulong key = CreateKey(bench);

        bench.Write(0, 0x0008, 0x8000_0000);
        bench.Run(NativeBench.Millisecond / 10);

        Assert.That(bench.Command(20, BitConverter.GetBytes(key)), Is.EqualTo(StaleHandle));
        Assert.That(bench.Errors, Does.Contain(GuestErrorCode.StaleHandle));
    }

    [Test]
    public void Trace_Command_SaysOpcodeStatusAndObject()
    {
        var bench = new NativeBench();
        ulong key = CreateKey(bench);

        TraceEvent e = bench.Recorder.Events.Last(static x => x.Kind == TraceEventKind.MailboxCommand);
        Assert.That((e.Code, e.Value, e.Handle), Is.EqualTo((16, 0ul, key)));
    }

    private static void StageKey(NativeBench bench, int words)
    {
        for (int i = 0; i < words; i++)
        {
            bench.Write(0, 0x0140 + (4 * (ulong)i), 0x0101_0101 * (uint)(i + 1));
        }
    }

    private static void StageIv(NativeBench bench)
    {
        for (ulong i = 0; i < 3; i++)
        {
            bench.Write(0, 0x0160 + (4 * i), 0xA0B0_C0D0);
        }
    }

    private static ulong CreateKey(NativeBench bench)
    {
        StageKey(bench, 4);
        Assert.That(bench.Command(16, Aes128), Is.Zero);
        return BitConverter.ToUInt64(bench.Reply(8));
    }

    private static ulong CreateTx(NativeBench bench, ulong key)
    {
        StageIv(bench);
        Assert.That(bench.Command(32, TxCreate(key)), Is.Zero);
        return BitConverter.ToUInt64(bench.Reply(8));
    }

    private static byte[] TxCreate(ulong key) =>
        [.. BitConverter.GetBytes(key), 0x04, 0x03, 0, 0, 3, 0, 0, 0, 0x01, 0x02, 0x03, 0x04, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] RxCreate(ulong key) =>
    [
        .. BitConverter.GetBytes(key), 0x04, 0x03, 4, 0, 2, 0, 0xBB, 0x01, 0x39, 0x30, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        10, 0, 0, 1, .. new byte[12], 10, 0, 0, 2, .. new byte[12], .. new byte[16],
    ];
}
