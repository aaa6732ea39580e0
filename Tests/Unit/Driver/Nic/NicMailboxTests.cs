using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Nic;

/// <summary>Commands through the mailbox: staging, order, time-outs, late answers.</summary>
[TestFixture]
public sealed class NicMailboxTests
{
    private FakeScheduler _scheduler = null!;
    private FakeCard _card = null!;
    private List<(MailboxOpcode Opcode, byte[] Request)> _commands = null!;
    private List<MailboxResult> _results = null!;

    [SetUp]
    public void SetUp()
    {
        _scheduler = new();
        _card = new();
        _commands = [];
        _results = [];
        _card.OnCommand = (_, _) => _card.Answer(MailboxStatus.Ok);
    }

    [Test]
    public void CreateKey_Aes128_StagesKeyThenCommands()
    {
        using NicDriver driver = Run();
        _card.Writes.Clear();
        byte[] key = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F];

        driver.Tls.CreateKey(TlsCipher.Aes128Gcm, key, _results.Add);

        Assert.That(_card.Writes, Is.EqualTo(new[]
        {
            (0, 0x0170UL, 0x8000_0000UL),
            (0, 0x0140UL, 0x0302_0100UL), (0, 0x0144UL, 0x0706_0504UL), (0, 0x0148UL, 0x0B0A_0908UL), (0, 0x014CUL, 0x0F0E_0D0CUL),
            (0, 0x0200UL, 0UL), (0, 0x0204UL, 0UL), (0, 0x0208UL, 1UL), (0, 0x020CUL, 0UL),
            (0, 0x0100UL, 0xC010_0010UL),
        }));
    }

    [Test]
    public void CreateTx_Iv_StagesThreeWords()
    {
        using NicDriver driver = Run();
        _card.Writes.Clear();

        driver.Tls.CreateTx(
            new TxCreateRequest { KeyHandle = 0x1122_3344_5566_7788, Version = TlsVersion.Tls13, Queue = 1, StartSequence = 0xA0B0_C0D0, RecordNumber = 0x0102_0304_0506_0708 },
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
            _results.Add);

        Assert.That(_card.Writes[1..4], Is.EqualTo(new[] { (0, 0x0160UL, 0x0403_0201UL), (0, 0x0164UL, 0x0807_0605UL), (0, 0x0168UL, 0x0C0B_0A09UL) }));
        Assert.That(_commands[^1].Opcode, Is.EqualTo(MailboxOpcode.TxCreate));
        Assert.That(_commands[^1].Request, Is.EqualTo(new byte[]
        {
            0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0x04, 0x03, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
            0xD0, 0xC0, 0xB0, 0xA0, 0x00, 0x00, 0x00, 0x00, 0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01,
        }));
    }

    [Test]
    public void Verbs_EachOne_IsTheDocumentsBytes()
    {
        using NicDriver driver = Run();
        _commands.Clear();
        const ulong handle = 0x1122_3344_5566_7788;

        driver.Tls.UpdateTx(handle, 0xA0B0_C0D0, 0x0102_0304_0506_0708);
        driver.Tls.MoveTx(handle, 3);
        driver.Tls.RotateKey(handle, TlsCipher.Aes256Gcm, new byte[32], _results.Add);
        driver.Tls.SyncKeys();
        driver.Tls.QuiesceRx(handle, true);
        driver.Tls.QuiesceRx(handle, false);
        for (int i = 0; i < 6; i++)
        {
            _card.Answer(MailboxStatus.Ok);
            _card.Interrupt(0);
        }

        Assert.That(_commands.Select(c => $"{(int)c.Opcode} {Convert.ToHexString(c.Request)}"), Is.EqualTo(new[]
        {
            "35 88776655443322110807060504030201D0C0B0A000000000",
            "34 88776655443322110300000000000000",
            "17 88776655443322110200000000000000",
            "19 ",
            "50 88776655443322110100000000000000",
            "50 88776655443322110000000000000000",
        }));
    }

    [Test]
    public void Submit_TwoCommands_SecondWaitsForFirst()
    {
        using NicDriver driver = Run();
        driver.Tls.Submit(MailboxOpcode.RxActivate, 1, _results.Add);
        driver.Tls.Submit(MailboxOpcode.KeyDestroy, 2, _results.Add);
        int issuedAtFirst = _commands.Count;

        _card.Answer(MailboxStatus.BadHandle);
        _card.Interrupt(0);

        Assert.That(issuedAtFirst, Is.EqualTo(1));
        Assert.That(_commands[^1], Is.EqualTo((MailboxOpcode.KeyDestroy, new byte[] { 2, 0, 0, 0, 0, 0, 0, 0 })).Using<(MailboxOpcode, byte[])>((a, b) => a.Item1 == b.Item1 && a.Item2.AsSpan().SequenceEqual(b.Item2)));
        Assert.That(_results, Is.EqualTo(new[] { new MailboxResult(MailboxStatus.BadHandle, true, 0) }));
    }

    [Test]
    public void CreateKey_Answer_CarriesHandle()
    {
        using NicDriver driver = Run();
        driver.Tls.CreateKey(TlsCipher.Aes256Gcm, new byte[32], _results.Add);

        _card.Answer(MailboxStatus.Ok, 0xFEDC_BA98_7654_3210);
        _card.Interrupt(0);

        Assert.That(_results, Is.EqualTo(new[] { new MailboxResult(MailboxStatus.Ok, true, 0xFEDC_BA98_7654_3210) }));
    }

    [Test]
    public void Timeout_EventWasLost_TakesAnswerFromRegister()
    {
        using NicDriver driver = Run();
        driver.Tls.Submit(MailboxOpcode.KeyDestroy, 1, _results.Add);

        _card.Answer(MailboxStatus.Ok);
        _scheduler.Advance(driver.Options.CommandTimeoutPs);

        Assert.That(_results, Is.EqualTo(new[] { new MailboxResult(MailboxStatus.Ok, true, 0) }));
    }

    [Test]
    public void Timeout_NoAnswer_FailsThenLateAnswerIsUndone()
    {
        using NicDriver driver = Run();
        driver.Tls.CreateKey(TlsCipher.Aes128Gcm, new byte[16], _results.Add);

        _scheduler.Advance(driver.Options.CommandTimeoutPs);
        MailboxResult[] afterTimeout = [.. _results];
        _card.Answer(MailboxStatus.Ok, 0x77);
        _card.Interrupt(0);

        Assert.That(afterTimeout, Is.EqualTo(new[] { default(MailboxResult) }));
        Assert.That(_results, Has.Count.EqualTo(1), "the late answer reaches nobody");
        Assert.That(driver.LateAnswers, Is.EqualTo(1));
        Assert.That(_commands[^1].Opcode, Is.EqualTo(MailboxOpcode.KeyDestroy));
        Assert.That(_commands[^1].Request[0], Is.EqualTo(0x77));
    }

    [Test]
    public void Timeout_MailboxStuck_WaitingCommandsFailInTurn()
    {
        using NicDriver driver = Run();
        for (ulong i = 1; i <= 3; i++) driver.Tls.Submit(MailboxOpcode.KeyDestroy, i, _results.Add);

        _scheduler.Advance(3 * driver.Options.CommandTimeoutPs);

        Assert.That(_commands, Has.Count.EqualTo(1), "the card still works on the first");
        Assert.That(_results, Is.EqualTo(new MailboxResult[3]));
        Assert.That(driver.CommandsTimedOut, Is.EqualTo(3));
    }

    [Test]
    public void Timeout_ThenLateAnswer_WaitingCommandGoesOut()
    {
        using NicDriver driver = Run();
        driver.Tls.Submit(MailboxOpcode.KeyDestroy, 1, _results.Add);
        driver.Tls.Submit(MailboxOpcode.TxDestroy, 2, _results.Add);
        _scheduler.Advance(driver.Options.CommandTimeoutPs);

        _card.Answer(MailboxStatus.Ok);
        _card.Interrupt(0);
        _card.Answer(MailboxStatus.Busy);
        _card.Interrupt(0);

        Assert.That(_commands[^1].Opcode, Is.EqualTo(MailboxOpcode.TxDestroy));
        Assert.That(_results, Is.EqualTo(new[] { default, new MailboxResult(MailboxStatus.Busy, true, 0) }));
    }

    [TestCase("staged")]
    [TestCase("closed while it waits")]
    [TestCase("given up while it waits")]
    [TestCase("submitted too late")]
    public void Command_ThatCarriedSecrets_HoldsNoneAfterwards(string how)
    {
        var registers = new NicRegisters(_card);
        var mailbox = new NicMailbox(registers, _scheduler, "test", 1_000_000, () => { }, () => { });
        _card.OnCommand = (_, _) => { };
        var command = new MailboxCommand(MailboxOpcode.KeyCreate, new byte[16], _results.Add) { Key = [1, 2, 3, 4], Iv = [5, 6, 7, 8] };

        if (how == "submitted too late") mailbox.Close();
        if (how.EndsWith("while it waits", StringComparison.Ordinal)) mailbox.Submit(new(MailboxOpcode.KeySync, [], null));
        mailbox.Submit(command);
        if (how == "closed while it waits") mailbox.Close();
        if (how == "given up while it waits") _scheduler.Advance(5_000_000);

        Assert.That((command.Key, command.Iv), Is.EqualTo((new byte[4], new byte[4])));
    }

    [Test]
    public void Submit_AfterDispose_EndsAtOnce()
    {
        NicDriver driver = Run();
        driver.Dispose();

        driver.Tls.CreateKey(TlsCipher.Aes128Gcm, new byte[16], _results.Add);

        Assert.That(_results, Is.EqualTo(new[] { default(MailboxResult) }));
    }

    private NicDriver Run()
    {
        var driver = new NicDriver(_card, _scheduler, new RecordingClient(), new());
        driver.Start();
        _scheduler.Advance(100_000_000);
        _card.Interrupt(0);
        Assert.That(driver.State, Is.EqualTo(NicState.Running));
        _card.OnCommand = (opcode, request) => _commands.Add((opcode, request));
        return driver;
    }
}
