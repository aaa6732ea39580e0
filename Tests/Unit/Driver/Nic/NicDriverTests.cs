using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Nic;

/// <summary>Bring-up, port and end of life against registers of the manual, in numbers.</summary>
[TestFixture]
public sealed class NicDriverTests
{
    private FakeScheduler _scheduler = null!;
    private FakeCard _card = null!;
    private RecordingClient _client = null!;

    [SetUp]
    public void SetUp()
    {
        _scheduler = new();
        _card = new();
        _client = new();
        _card.OnCommand = (_, _) => _card.Answer(MailboxStatus.Ok);
    }

    [Test]
    public void Start_HealthyCard_RunsWithLinkAndQueuesProgrammed()
    {
        NicDriver driver = Create(new() { QueuePairs = 2, TxRingLog2 = 7, RxRingLog2 = 5, Mtu = 9000 });

        Bring(driver);

        Assert.That(driver.State, Is.EqualTo(NicState.Running));
        Assert.That(_card.ConfigRead(4, 2), Is.EqualTo(0x0406u), "memory space, bus master, no INTx");
        Assert.That(_card.ConfigRead(0x42, 2), Is.EqualTo(0x8020u), "MSI-X enabled, not masked");
        Assert.That(_card.Read(4, 0x20, 4), Is.EqualTo(0xFEE0_2000u), "MSI-X entry 2, address");
        Assert.That(_card.Read(4, 0x28, 4), Is.EqualTo(0x42u), "MSI-X entry 2, data");
        Assert.That(_card.Read(0, 0x4008, 4), Is.EqualTo(7u), "TXQ_SIZE 0");
        Assert.That(_card.Read(0, 0x6088, 4), Is.EqualTo(5u), "RXQ_SIZE 1");
        Assert.That(_card.Read(0, 0x40B0, 4), Is.EqualTo(3u), "TXQ_VECTOR 1");
        Assert.That(_card.Read(0, 0x60B0, 4), Is.EqualTo(4u), "RXQ_VECTOR 1");
        Assert.That(_card.Read(0, 0x0404, 4), Is.EqualTo(9000u), "PORT_MTU");
        Assert.That(_card.Read(2, 0x1010, 4), Is.EqualTo(32u), "DB_RX_TAIL 1: every buffer is posted");
        Assert.That(_card.Read(0, 0x0008, 4), Is.EqualTo(3u), "DEV_CTRL: RX and TX enabled");
        Assert.That(driver.StationAddress.ToArray(), Is.EqualTo(new byte[] { 0x02, 0x00, 0x10, 0x99, 0xAA, 0xBB }));
    }

    [Test]
    public void Start_ResetFirst_ResetsBeforeAnythingElseIsWritten()
    {
        NicDriver driver = Create(new());

        driver.Start();

        Assert.That(_card.Writes[0], Is.EqualTo((0, 0x0008UL, 0x8000_0000UL)));
        Assert.That(_card.Writes, Has.Count.EqualTo(1), "the rest waits for the end of the reset");
    }

    [TestCase(0x00u, 0x1234_5678u, NicError.WrongMagic)]
    [TestCase(0x04u, 0x0002_0000u, NicError.WrongVersion)]
    [TestCase(0x20u, 0x0021_0001u, NicError.CapabilityMissing)]
    [TestCase(0x28u, 0x0000_0200u, NicError.CapabilityMissing)]
    public void Start_UnfitRegister_FailsWithReason(uint offset, uint value, NicError expected)
    {
        _card.Write(0, offset, 4, value);
        NicDriver driver = Create(new() { QueuePairs = 2 });

        Bring(driver);

        Assert.That(driver.State, Is.EqualTo(NicState.Failed));
        Assert.That(driver.Error, Is.EqualTo(expected));
        Assert.That(_client.Errors, Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void Start_GreaterMinorVersion_Runs()
    {
        _card.Write(0, 0x04, 4, 0x0001_0007);
        NicDriver driver = Create(new());

        Bring(driver);

        Assert.That(driver.State, Is.EqualTo(NicState.Running));
    }

    [Test]
    public void Start_NothingInSlot_FailsWithNoDevice()
    {
        _card.Gone = true;
        NicDriver driver = Create(new());

        driver.Start();

        Assert.That(driver.Error, Is.EqualTo(NicError.NoDevice));
    }

    [Test]
    public void Start_NoMsixCapability_FailsWithoutEndlessWalk()
    {
        _card.ConfigWrite(0x40, 1, 0x05);
        _card.ConfigWrite(0x41, 1, 0x40);
        NicDriver driver = Create(new());

        driver.Start();

        Assert.That(driver.Error, Is.EqualTo(NicError.NoMsix));
    }

    [TestCase(FirmwareState.Absent, NicError.FirmwareAbsent)]
    [TestCase(FirmwareState.Starting, NicError.FirmwareTimeout)]
    [TestCase(FirmwareState.Failed, NicError.FirmwareFailed)]
    public void Start_FirmwareNotReady_FailsInTime(FirmwareState state, NicError expected)
    {
        _card[NativeMap.Device, NativeMap.Device.Status] = 0;
        _card[NativeMap.Firmware, NativeMap.Firmware.Status] = (uint)state;
        NicDriver driver = Create(new() { FirmwareTimeoutPs = 1_000_000_000 });

        driver.Start();
        _scheduler.Advance(1_100_000_000);

        Assert.That(driver.Error, Is.EqualTo(expected));
    }

    [Test]
    public void Start_FirmwareReadyLater_WaitsForIt()
    {
        _card[NativeMap.Device, NativeMap.Device.Status] = 0;
        NicDriver driver = Create(new());
        driver.Start();
        _scheduler.Advance(50_000_000);
        NicState before = driver.State;

        _card[NativeMap.Device, NativeMap.Device.Status] = 1;
        _scheduler.Advance(20_000_000);
        _card.Interrupt(0);

        Assert.That(before, Is.EqualTo(NicState.Starting));
        Assert.That(driver.State, Is.EqualTo(NicState.Running));
    }

    [Test]
    public void Start_StuckInReset_FailsWithResetTimeout()
    {
        _card[NativeMap.Device, NativeMap.Device.Status] = 0x8000_0000;
        NicDriver driver = Create(new() { FirmwareTimeoutPs = 1_000_000_000 });

        driver.Start();
        _scheduler.Advance(1_100_000_000);

        Assert.That(driver.Error, Is.EqualTo(NicError.ResetTimeout));
        Assert.That(_card.Writes, Is.Empty, "only DEV_STATUS may be touched in reset");
    }

    [Test]
    public void LinkEvent_UpThenDown_TellsClient()
    {
        NicDriver driver = Create(new());
        Bring(driver);

        _card.QueueEvent(new() { Code = EventCode.LinkChanged, Data = 1 });
        _card.QueueEvent(new() { Code = EventCode.LinkChanged, Data = 0 });
        _card.QueueEvent(new() { Code = EventCode.TableFull, Data = 2 });
        _card.Interrupt(0);

        Assert.That(_client.Links, Is.EqualTo(new[] { true, false }));
        Assert.That(_client.Events, Is.EqualTo(new[] { EventCode.TableFull }));
    }

    [Test]
    public void EventRing_ManyTimesRound_KeepsPhase()
    {
        NicDriver driver = Create(new() { EventRingLog2 = 3 });
        Bring(driver);

        for (int i = 0; i < 50; i++)
        {
            _card.QueueEvent(new() { Code = EventCode.KeyStale });
            _card.Interrupt(0);
            _card.Interrupt(0);
        }

        Assert.That(_client.Events, Has.Count.EqualTo(50), "each entry once, though the handler ran twice");
    }

    [Test]
    public void Stop_Running_LinkDownQueuesOffMemoryFreed()
    {
        NicDriver driver = Create(new());
        Bring(driver);
        bool stopped = false;
        var opcodes = new List<(MailboxOpcode, byte)>();
        _card.OnCommand = (opcode, request) =>
        {
            opcodes.Add((opcode, request[0]));
            _card.Answer(MailboxStatus.Ok);
        };

        driver.Stop(() => stopped = true);
        _card.Interrupt(0);

        Assert.That(opcodes, Is.EqualTo(new[] { (MailboxOpcode.SetLink, (byte)0) }));
        Assert.That(stopped, Is.True);
        Assert.That(driver.State, Is.EqualTo(NicState.Stopped));
        Assert.That(_card.Read(0, 0x400C, 4), Is.Zero, "TXQ_CTRL");
        Assert.That(_card.Read(0, 0x600C, 4), Is.Zero, "RXQ_CTRL");
        Assert.That(_card.ConfigRead(4, 2) & 4, Is.Zero, "bus master");
        Assert.That(_card.Memory, Has.All.Property("Disposed").True);
    }

    [Test]
    public void Removal_CommandOutstanding_FailsWithoutHang()
    {
        NicDriver driver = Create(new());
        Bring(driver);
        _card.OnCommand = null;
        MailboxResult? result = null;
        driver.Tls.Submit(MailboxOpcode.KeyDestroy, 7, r => result = r);

        _card.Gone = true;
        _scheduler.Advance(driver.Options.CommandTimeoutPs);

        Assert.That(driver.Error, Is.EqualTo(NicError.Removed));
        Assert.That(result, Is.EqualTo(default(MailboxResult)));
        Assert.That(_card.Memory, Has.All.Property("Disposed").True);
    }

    [Test]
    public void Removal_FramesOutstanding_WatchdogFails()
    {
        NicDriver driver = Create(new());
        Bring(driver);
        driver.TrySend(0, new TxFrame { Headers = new byte[60] });

        _card.Gone = true;
        _scheduler.Advance(driver.Options.TxTimeoutPs);

        Assert.That(driver.Error, Is.EqualTo(NicError.Removed));
    }

    [Test]
    public void QueueErrorEvent_Running_Fails()
    {
        NicDriver driver = Create(new());
        Bring(driver);

        _card.QueueEvent(new() { Code = EventCode.QueueError, Data = 3 });
        _card.Interrupt(0);

        Assert.That(driver.Error, Is.EqualTo(NicError.QueueStopped));
    }

    [Test]
    public void SetUnicastFilter_Address_WritesWordsOfManual()
    {
        NicDriver driver = Create(new());
        Bring(driver);

        driver.SetUnicastFilter(3, [0x02, 0x11, 0x22, 0x33, 0x44, 0x55]);

        Assert.That(_card.Read(0, 0x0458, 4), Is.EqualTo(0x3322_1102u));
        Assert.That(_card.Read(0, 0x045C, 4), Is.EqualTo(0x8000_5544u));
    }

    [Test]
    public void ReadCounter_AboveFourGiga_Is64Bits()
    {
        NicDriver driver = Create(new());
        Bring(driver);
        _card.Write(0, 0x1020, 8, 0x0000_0012_3456_789A);

        Assert.That(driver.ReadCounter(NativeMap.Statistics.RxBytes), Is.EqualTo(0x0000_0012_3456_789AUL));
    }

    [Test]
    public void Receive_SpreadOverTwoQueues_ProgramsTable()
    {
        NicDriver driver = Create(new() { QueuePairs = 2 });

        Bring(driver);

        Assert.That(_card.Read(0, 0x0700, 4), Is.EqualTo(0x0100_0100u), "entries 0, 1, 0, 1");
        Assert.That(_card.Read(0, 0x0640, 4), Is.EqualTo(0xDA56_5A6Du), "key bytes 6D 5A 56 DA");
        Assert.That(_card.Read(0, 0x0600, 4), Is.EqualTo(0x1Fu));
    }

    private NicDriver Create(NicOptions options) => new(_card, _scheduler, _client, options);

    private void Bring(NicDriver driver)
    {
        driver.Start();
        _scheduler.Advance(100_000_000);
        if (driver.State == NicState.Starting) _card.Interrupt(0);
    }
}
