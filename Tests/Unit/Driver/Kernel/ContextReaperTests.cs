using System.Buffers.Binary;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;
using NicEmu.Tests.Unit.Driver.Nic;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Kernel;

/// <summary>Removal of contexts and keys against a card that says "busy", refuses, or is silent.</summary>
[TestFixture]
public sealed class ContextReaperTests
{
    private const ulong Context = 0x0001_0000_0180_0000;
    private const ulong Key = 0x0001_0000_0140_0000;
    private const long SecondPs = 1_000_000_000_000;

    private FakeScheduler _scheduler = null!;
    private FakeCard _card = null!;
    private NicDriver _driver = null!;
    private ContextReaper _reaper = null!;
    private List<(MailboxOpcode Opcode, ulong Handle)> _commands = null!;

    /// <summary>Answer to a command by how often its kind came before; null for none.</summary>
    private Func<MailboxOpcode, int, MailboxStatus?> _answer = null!;

    [SetUp]
    public void SetUp()
    {
        _scheduler = new();
        _card = new() { OnCommand = (_, _) => _card.Answer(MailboxStatus.Ok) };
        _driver = new(_card, _scheduler, new RecordingClient(), new() { HealthCheckPs = 0 });
        _driver.Start();
        _scheduler.Advance(SecondPs);
        Assert.That(_driver.State, Is.EqualTo(NicState.Running));
        _reaper = new(_driver, _scheduler, "test");
        _commands = [];
        _answer = static (_, _) => MailboxStatus.Ok;
        _card.OnCommand = (opcode, request) =>
        {
            int before = _commands.Count(c => c.Opcode == opcode);
            _commands.Add((opcode, BinaryPrimitives.ReadUInt64LittleEndian(request)));
            if (_answer(opcode, before) is { } status) _card.Answer(status);
        };
    }

    [TearDown]
    public void TearDown() => _driver.Dispose();

    [Test]
    public void Removal_Answered_ContextThenItsKeyOnceEach()
    {
        bool gone = false;
        _reaper.AddTx(0, Context, Key, () => gone = true);

        Settle();

        Assert.That(_commands, Is.EqualTo(new[] { (MailboxOpcode.TxDestroy, Context), (MailboxOpcode.KeyDestroy, Key) }));
        Assert.That((gone, _reaper.Count, _reaper.Quarantined), Is.EqualTo((true, 0, 0)));
    }

    [Test]
    public void Removal_BusyThreeTimes_IsTriedAgainAndNothingIsSetApart()
    {
        _answer = static (opcode, before) => opcode == MailboxOpcode.TxDestroy && before < 3 ? MailboxStatus.Busy : MailboxStatus.Ok;
        _reaper.AddTx(0, Context, Key);

        Settle();

        Assert.That(_commands.Select(static c => c.Opcode), Is.EqualTo(new[] { MailboxOpcode.TxDestroy, MailboxOpcode.TxDestroy, MailboxOpcode.TxDestroy, MailboxOpcode.TxDestroy, MailboxOpcode.KeyDestroy }));
        Assert.That((_reaper.Count, _reaper.Quarantined), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Removal_BusyForEver_IsGivenUpWithItsKey()
    {
        _answer = static (_, _) => MailboxStatus.Busy;
        _reaper.AddTx(0, Context, Key);

        for (int i = 0; i < 1100; i++) Settle();

        Assert.That(_commands, Has.Count.EqualTo(1001), "once, and a thousand times again");
        Assert.That((_reaper.IsQuarantined(Context), _reaper.IsQuarantined(Key), _reaper.Count), Is.EqualTo((true, true, 0)));
    }

    [TestCase(MailboxStatus.BadState)]
    [TestCase(MailboxStatus.BadParameter)]
    public void Removal_Refused_ContextAndKeyAreSetApartAndNeverNamedAgain(MailboxStatus status)
    {
        _answer = (_, _) => status;
        _reaper.AddTx(0, Context, Key);

        Settle();

        Assert.That(_commands, Has.Count.EqualTo(1));
        Assert.That((_reaper.IsQuarantined(Context), _reaper.IsQuarantined(Key), _reaper.Quarantined), Is.EqualTo((true, true, 2)));
    }

    [Test]
    public void Removal_NotAnswered_ContextAndKeyAreSetApart()
    {
        _answer = static (_, _) => null;
        _reaper.AddRx(Context, Key);

        Settle();

        Assert.That(_commands[0], Is.EqualTo((MailboxOpcode.RxDestroy, Context)));
        Assert.That(_commands.Exists(static c => c.Opcode == MailboxOpcode.KeyDestroy), Is.False, "the context may still use it");
        Assert.That((_reaper.IsQuarantined(Context), _reaper.IsQuarantined(Key)), Is.EqualTo((true, true)));
    }

    [TestCase(MailboxStatus.StaleHandle)]
    [TestCase(MailboxStatus.BadHandle)]
    public void Removal_CardKnowsNoSuchContext_KeyIsRemovedAllTheSame(MailboxStatus status)
    {
        _answer = (opcode, _) => opcode == MailboxOpcode.TxDestroy ? status : MailboxStatus.Ok;
        _reaper.AddTx(0, Context, Key);

        Settle();

        Assert.That(_commands[^1], Is.EqualTo((MailboxOpcode.KeyDestroy, Key)));
        Assert.That(_reaper.Quarantined, Is.Zero);
    }

    [Test]
    public void Clear_AfterReset_ForgetsWhatWasSetApart()
    {
        _answer = static (_, _) => MailboxStatus.BadState;
        _reaper.AddTx(0, Context, Key);
        Settle();

        _reaper.Clear();

        Assert.That((_reaper.Quarantined, _reaper.IsQuarantined(Context)), Is.EqualTo((0, false)));
    }

    /// <summary>Lets the card be heard and timers run, longer than any answer may take.</summary>
    private void Settle()
    {
        for (int i = 0; i < 8; i++)
        {
            _card.Interrupt(0);
            _scheduler.Advance(NicBringUp.PollPs);
        }

        if (_reaper.Count > 0 && _answer(MailboxOpcode.TxDestroy, 0) is null) _scheduler.Advance(60 * SecondPs);
    }
}
