using System.Runtime.InteropServices;
using NicEmu.Conformance.Sanitizer.Rules;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>One receive queue: which memory is the card's.</summary>
internal sealed class RxQueueWatch(int index, int device, SanitizerOptions options, FindingLog log)
{
    private const int DescriptorBytes = 16;

    private readonly Queue<RxDescriptor> _posted = new();
    private readonly List<(ulong Start, uint Length)> _owned = [];
    private uint _completed;
    private uint _fetchIndex;
    private ulong _base;
    private uint _entries;

    public string Subject { get; } = $"RXQ{index}";

    public EventHistory History { get; } = new();

    public bool IsEnabled { get; private set; }

    public uint Tail { get; private set; }

    public uint Outstanding => Tail - _completed;

    public void Enable(ulong address, int log2)
    {
        (_base, _entries, IsEnabled, Tail, _fetchIndex, _completed) = (address, 1u << (log2 & 31), true, 0, 0, 0);
        _posted.Clear();
        _owned.Clear();
    }

    public void Disable() => IsEnabled = false;

    public void TailWritten(uint tail)
    {
        if (!IsEnabled || tail - Tail > _entries)
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[DescriptorBytes];
        for (; Tail != tail; Tail++)
        {
            if (options.Memory?.Invoke(device, _base + ((Tail & (_entries - 1)) * DescriptorBytes), bytes) == true)
            {
                Post(MemoryMarshal.Read<RxDescriptor>(bytes));
            }
        }
    }

    /// <summary>The card read memory; true when it is the queue's ring.</summary>
    public bool Read(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (!IsEnabled || e.Address < _base || e.Address - _base >= (ulong)_entries * DescriptorBytes)
        {
            return false;
        }

        for (; data.Length >= DescriptorBytes; data = data[DescriptorBytes..], _fetchIndex++)
        {
            if (options.Memory is null)
            {
                Post(MemoryMarshal.Read<RxDescriptor>(data));
            }
        }

        return true;
    }

    public void Completed(in TraceEvent e)
    {
        History.Add(e);
        _completed++;
        if (_posted.TryDequeue(out RxDescriptor done))
        {
            int at = _owned.BinarySearch((done.Address, done.Length));
            if (at >= 0)
            {
                _owned.RemoveAt(at);
            }
        }

        var status = (RxStatus)e.Code;
        if (StatusRules.Of(status) is { } rule && status != RxStatus.DmaFault)
        {
            log.Report(rule, Subject, $"The buffer with cookie {e.Value} came back with {status}.", History);
        }

        if (IsEnabled && status == RxStatus.Ok && Outstanding == 0)
        {
            log.Report(RingRules.RxStarved, Subject, $"The last of {_entries} buffers was used.", History);
        }
    }

    private void Post(in RxDescriptor descriptor)
    {
        _posted.Enqueue(descriptor);
        ulong start = descriptor.Address;
        int at = _owned.BinarySearch((start, 0));
        at = at < 0 ? ~at : at;
        bool overlaps = (at < _owned.Count && _owned[at].Start - start < descriptor.Length) || (at > 0 && start - _owned[at - 1].Start < _owned[at - 1].Length);
        if (overlaps && descriptor.Length > 0)
        {
            log.Report(RingRules.RxBufferTwice, Subject, $"The buffer of {descriptor.Length} bytes at 0x{start:X} overlaps one that is the card's already.", History);
        }

        _owned.Insert(at, (start, descriptor.Length));
    }
}
