using NicEmu.Conformance.Sanitizer.Rules;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>MSI-X as the driver sets it up (PCI 3.0 §6.8.2).</summary>
internal sealed class VectorWatch(FindingLog log)
{
    private const byte MsixCapability = 0x11;
    private const int EntryBytes = 16;
    private const uint FirstCapability = 0x40;

    private readonly bool[] _written = new bool[NativeDevice.Vectors];
    private readonly bool[] _unmasked = new bool[NativeDevice.Vectors];
    private readonly EventHistory _history = new();
    private ulong _capability = 0x50;
    private bool _isEnabled;
    private bool _isFunctionMasked;

    public void ConfigRead(in TraceEvent e)
    {
        if (e.Address >= FirstCapability && e.Address % 4 == 0 && (byte)e.Value == MsixCapability)
        {
            _capability = e.Address;
        }
    }

    public void ConfigWritten(in TraceEvent e)
    {
        ulong control = e.Address == _capability + 2 ? e.Value : e.Address == _capability && e.Length == 4 ? e.Value >> 16 : ulong.MaxValue;
        if (control != ulong.MaxValue && e.Length >= 2)
        {
            (_isEnabled, _isFunctionMasked) = ((control & 0x8000) != 0, (control & 0x4000) != 0);
        }
    }

    /// <summary>The table was written.</summary>
    public void TableWritten(in TraceEvent e)
    {
        if (e.Address >= EntryBytes * NativeDevice.Vectors)
        {
            return;
        }

        _history.Add(e);
        int vector = (int)e.Address / EntryBytes;
        int at = (int)e.Address % EntryBytes;
        if (at + e.Length <= 12)
        {
            if (_isEnabled && !_isFunctionMasked && _unmasked[vector] && _written[vector])
            {
                log.Report(LifecycleRules.EntryChangedLive, $"vector {vector}", $"Byte {at} of the table entry was written while the vector is enabled and not masked.", _history);
            }

            _written[vector] |= at is 0 or 8;
        }
        else
        {
            uint control = e.Length == 8 ? (uint)(e.Value >> 32) : (uint)e.Value;
            _written[vector] |= e.Length == 8;
            _unmasked[vector] = (control & 1) == 0;
        }
    }

    /// <summary>Why a vector cannot fire; null when it can.</summary>
    public string? Obstacle(int vector) => vector >= NativeDevice.Vectors ? "there is no such vector"
        : !_isEnabled ? "MSI-X is off"
        : _isFunctionMasked ? "all vectors are masked"
        : !_written[vector] ? "its table entry was never written"
        : !_unmasked[vector] ? "its table entry is masked"
        : null;

    public void Raised(in TraceEvent e)
    {
        _history.Add(e);
        if ((BusStatus)e.Code == BusStatus.Unmapped)
        {
            log.Report(LifecycleRules.MessageRefused, $"vector {e.Index}", $"The message 0x{e.Value:X} to 0x{e.Address:X} reached nobody.", _history);
        }
    }

    public void Reset()
    {
        Array.Clear(_written);
        Array.Clear(_unmasked);
        (_isEnabled, _isFunctionMasked) = (false, false);
    }
}
