using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Driver.Nic;

/// <summary>Looks some time after traffic whether the card is still the one that was brought up: there, not reset, its program alive. A card at rest is left alone.</summary>
internal sealed class NicHealth
{
    /// <summary>The program counts once a millisecond; two of them leave room for where the look falls.</summary>
    private const long BeatPs = 2_000_000_000;

    private readonly NicRegisters _registers;
    private readonly PciSetup _pci;
    private readonly IScheduler _scheduler;
    private readonly long _periodPs;
    private readonly Action<NicError> _failed;
    private readonly Action _healthy;
    private readonly ITimer _timer;
    private uint _epoch;
    private uint? _beat;
    private long _beatPs;

    public NicHealth(NicRegisters registers, PciSetup pci, IScheduler scheduler, long periodPs, string name, Action<NicError> failed, Action healthy)
    {
        (_registers, _pci, _scheduler, _periodPs, _failed, _healthy) = (registers, pci, scheduler, periodPs, failed, healthy);
        _timer = scheduler.CreateTimer(name + ".watch", CheckNow);
    }

    /// <summary>The card was brought up: what it is now, it should remain.</summary>
    public void Begin()
    {
        _epoch = _registers.Read(NativeMap.Device, NativeMap.Device.Epoch);
        _beat = null;
    }

    public void OnTraffic()
    {
        if (_periodPs > 0 && _timer.DeadlinePs is null) _timer.ArmAt(_scheduler.NowPs + _periodPs);
    }

    public void Cancel() => _timer.Cancel();

    /// <summary>Looks, and reports what is wrong.</summary>
    public void CheckNow()
    {
        NicError error = Look();
        if (error == NicError.None) error = LookAtProgram();
        if (error != NicError.None) _failed(error);
        else _healthy();
    }

    /// <summary>Whether the function is there and was not reset.</summary>
    public NicError Look()
    {
        if (_registers.Read(NativeMap.Device, NativeMap.Device.Status) == NicRegisters.Gone) return _pci.Identify() == NicError.None ? NicError.DeviceReset : NicError.Removed;
        return _registers.Read(NativeMap.Device, NativeMap.Device.Epoch) == _epoch ? NicError.None : NicError.DeviceReset;
    }

    private NicError LookAtProgram()
    {
        switch ((FirmwareState)NativeMap.Firmware.State.Extract(_registers.Read(NativeMap.Firmware, NativeMap.Firmware.Status)))
        {
            case FirmwareState.Failed:
                return NicError.FirmwareFailed;
            case FirmwareState.Ready:
                break;
            default:
                return NicError.FirmwareRestarted;
        }

        uint beat = _registers.Read(NativeMap.Firmware, NativeMap.Firmware.Health);
        bool stands = _beat == beat && _scheduler.NowPs - _beatPs >= BeatPs;
        if (_beat != beat) (_beat, _beatPs) = (beat, _scheduler.NowPs);
        return stands ? NicError.FirmwareHung : NicError.None;
    }
}
