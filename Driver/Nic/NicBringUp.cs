using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Driver.Nic;

/// <summary>The way from a card that was just found to one whose firmware serves commands, a poll at a time.</summary>
internal sealed class NicBringUp
{
    /// <summary>Interval between two looks at a state register.</summary>
    public const long PollPs = 10_000_000;

    /// <summary>Looks at a queue that does not stop before its memory is taken away all the same.</summary>
    public const int MaxDrainPolls = 1000;

    private readonly NicRegisters _registers;
    private readonly IScheduler _scheduler;
    private readonly NicOptions _options;
    private readonly Action _ready;
    private readonly Action<NicError> _failed;
    private readonly ITimer _timer;
    private Step _step;
    private long _deadlinePs;

    public NicBringUp(IDeviceBus bus, IScheduler scheduler, NicRegisters registers, NicOptions options, string name, Action ready, Action<NicError> failed)
    {
        (_registers, _scheduler, _options, _ready, _failed) = (registers, scheduler, options, ready, failed);
        Pci = new(bus);
        _timer = scheduler.CreateTimer(name + ".bringup", Continue);
    }

    private enum Step
    {
        LeavePowerOnReset,
        LeaveOwnReset,
        AwaitFirmware,
        Done,
    }

    public PciSetup Pci { get; }

    public NicCapabilities Capabilities { get; private set; }

    public void Start()
    {
        _step = Step.LeavePowerOnReset;
        NicError error = Pci.Identify();
        if (error == NicError.None)
        {
            Pci.Enable();
            error = Pci.FindMsix(1 + (2 * _options.QueuePairs));
        }

        if (error != NicError.None)
        {
            End(error);
            return;
        }

        _deadlinePs = _scheduler.NowPs + _options.FirmwareTimeoutPs;
        Continue();
    }

    public void Cancel() => _timer.Cancel();

    private void Continue()
    {
        DeviceBlock device = NativeMap.Device;
        uint status = _registers.Read(device, device.Status);
        if (status == NicRegisters.Gone)
        {
            End(NicError.Removed);
            return;
        }

        bool inReset = device.InReset.Extract(status) != 0;
        if (_step == Step.LeavePowerOnReset && !inReset)
        {
            NicError error = CheckInterface();
            if (error != NicError.None)
            {
                End(error);
                return;
            }

            if (_options.ResetFirst)
            {
                // Until DEV_STATUS says that the reset is over, no other register may be read.
                _registers.Write(device, device.Control, device.Reset.Mask);
                inReset = true;
            }

            _step = Step.LeaveOwnReset;
        }
        else if (_step == Step.LeaveOwnReset && !inReset)
        {
            _step = Step.AwaitFirmware;
        }

        if (_step == Step.AwaitFirmware && device.FirmwareReady.Extract(status) != 0)
        {
            _step = Step.Done;
            _ready();
            return;
        }

        FirmwareState firmware = inReset ? FirmwareState.Starting : (FirmwareState)NativeMap.Firmware.State.Extract(_registers.Read(NativeMap.Firmware, NativeMap.Firmware.Status));
        if (firmware == FirmwareState.Failed)
        {
            End(NicError.FirmwareFailed);
        }
        else if (_scheduler.NowPs >= _deadlinePs)
        {
            End(_step != Step.AwaitFirmware ? NicError.ResetTimeout : firmware == FirmwareState.Absent ? NicError.FirmwareAbsent : NicError.FirmwareTimeout);
        }
        else
        {
            _timer.ArmAt(_scheduler.NowPs + PollPs);
        }
    }

    private NicError CheckInterface()
    {
        DeviceBlock device = NativeMap.Device;
        if (_registers.Read(device, device.Magic) != NativeDevice.Magic) return NicError.WrongMagic;
        // A greater minor version only adds to the interface.
        if (_registers.Read(device, device.Version) >> 16 != NativeDevice.InterfaceVersion >> 16) return NicError.WrongVersion;
        Capabilities = NicCapabilities.Read(_registers);
        return Capabilities.Meets(_options) ? NicError.None : NicError.CapabilityMissing;
    }

    private void End(NicError error)
    {
        _step = Step.Done;
        _failed(error);
    }
}
