using NicEmu.Conformance.Sanitizer.Rules;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>Register accesses that the card takes without a word.</summary>
internal sealed class AccessWatch(FindingLog log)
{
    /// <summary>Reads of one register at one moment that are called spinning.</summary>
    private const int Spin = 1000;

    /// <summary>All-ones answers in a row after which a card counts as gone.</summary>
    private const int GoneReads = 16;

    private readonly EventHistory _history = new();
    private (int Bar, ulong Address, long TimePs) _last;
    private int _repeated;
    private int _gone;
    private bool _isInReset;
    private (int Bar, ulong Address) _lowHalf = (-1, 0);

    /// <summary>Whether the card answers only all ones.</summary>
    public bool IsGone => _gone > 0;

    public void Read(in TraceEvent e)
    {
        _history.Add(e);
        if (RegisterPlaces.Find(e.Index, e.Address) is not { } place)
        {
            if (e.Index == NativeDevice.RegisterBar && e.Address - MailboxBlock.RequestOffset < MailboxBlock.AreaLength)
            {
                log.Report(MmioRules.WriteOnlyRead, "MBOX_REQUEST", "The request area was read.", _history);
            }

            return;
        }

        CheckSpin(e, place);
        CheckGone(e, place);
        CheckReset(e, place);
        if (place.IsWriteOnly)
        {
            log.Report(MmioRules.WriteOnlyRead, place.Name, $"{place.Name} was read.", _history);
        }

        if (place.IsLatchedHigh && e.Length < 8 && _lowHalf != (e.Index, e.Address - 4))
        {
            log.Report(MmioRules.TornCounter, place.Name, $"{place.Name} was read without its low half just before.", _history);
        }

        _lowHalf = (e.Index, e.Address);
        DeviceBlock device = NativeMap.Device;
        if (place.Block == device && place.Register == device.Status && device.InReset.Extract((uint)e.Value) == 0)
        {
            _isInReset = false;
        }
    }

    public void Written(in TraceEvent e)
    {
        _history.Add(e);
        _repeated = 0;
        if (RegisterPlaces.Find(e.Index, e.Address) is not { } place)
        {
            return;
        }

        CheckReset(e, place);
        DeviceBlock device = NativeMap.Device;
        if (place.Block == device && place.Register == device.Control && device.Reset.Extract((uint)e.Value) != 0)
        {
            _isInReset = true;
        }
    }

    private static bool HasUnusedBits(RegisterPlace place) => place.Register.Fields.Aggregate(0u, static (mask, field) => mask | field.Mask) != uint.MaxValue;

    private void CheckSpin(in TraceEvent e, RegisterPlace place)
    {
        (int, ulong, long) now = (e.Index, e.Address, e.TimePs);
        _repeated = now == _last ? _repeated + 1 : 0;
        _last = now;
        if (_repeated == Spin)
        {
            log.Report(MmioRules.Spinning, place.Name, $"{place.Name} was read {Spin} times at one moment.", _history);
        }
    }

    private void CheckGone(in TraceEvent e, RegisterPlace place)
    {
        if (e.Length != 4 || !HasUnusedBits(place))
        {
            return;
        }

        _gone = (uint)e.Value == uint.MaxValue ? _gone + 1 : 0;
        if (_gone == GoneReads)
        {
            log.Report(LifecycleRules.GoneCard, "card", $"{GoneReads} reads in a row gave all ones, and the driver goes on.", _history);
        }
    }

    private void CheckReset(in TraceEvent e, RegisterPlace place)
    {
        DeviceBlock device = NativeMap.Device;
        if (_isInReset && !(place.Block == device && place.Register == device.Status && e.Kind == TraceEventKind.MmioRead))
        {
            _isInReset = false;
            log.Report(MmioRules.InReset, place.Name, $"{place.Name} was touched after DEV_CTRL.RESET, before DEV_STATUS showed the reset's end.", _history);
        }
    }
}
