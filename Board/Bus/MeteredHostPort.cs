using System.Runtime.InteropServices;
using NicEmu.Board.Faults;
using NicEmu.Driver.Memory;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Bus;

/// <summary>
/// Stands between a card and its host's memory and counts every byte of every DMA that succeeds, by what it is: the descriptors that the card fetched tell which bytes are headers, which
/// are TCP payload, and which are read only to be encrypted and thrown away. What none of them explains is metadata. It is the only place where traffic of the card is counted.
/// </summary>
public sealed class MeteredHostPort : IHostPort
{
    private const int RxDescriptorBytes = 16;
    private const int TxDescriptorBytes = 64;
    private const int LastWordBytes = 4;

    private readonly IHostPort _inner;
    private readonly MemoryMeter _meter;
    private readonly Func<RingMap> _rings;
    private readonly Dictionary<ulong, FetchedChains> _chains = [];
    private readonly HashSet<ulong> _posted = [];

    internal MeteredHostPort(IHostPort inner, MemoryMeter meter, Func<RingMap> rings) => (_inner, _meter, _rings) = (inner, meter, rings);

    /// <summary>Bytes of all DMA that succeeded: the sum of what was counted.</summary>
    public long Bytes { get; private set; }

    /// <inheritdoc/>
    public BusStatus Read(ulong address, Span<byte> data)
    {
        BusStatus status = _inner.Read(address, data);
        if (status != BusStatus.Ok) return status;
        Bytes += data.Length;
        RingRange ring = _rings().Find(address);
        switch (ring.Class)
        {
            case DmaClass.TxDescriptor:
                ChainsOf(ring.Base).OnFetched(data);
                _meter.Count(MemoryEvent.TxDescriptors, data.Length / TxDescriptorBytes);
                break;
            case DmaClass.RxDescriptor:
                Note(data);
                _meter.Count(MemoryEvent.RxDescriptors, data.Length / RxDescriptorBytes);
                break;
            case DmaClass.Payload when Find(address, data.Length) is { } chains:
                chains.Count(_meter, address, data);
                return status;
            case DmaClass.ToeCommand:
                _meter.Count(MemoryEvent.TxDescriptors, data.Length / TxDescriptorBytes);
                break;
            // No transmit ring explains it: the engine takes what a SEND names, and names nothing else that is metered.
            case DmaClass.Payload when _rings().Has(DmaClass.ToeCommand) && _meter.Find(address) is not null:
                _meter.OnRead(MemoryTraffic.NicRead, address, data);
                return status;
            default:
                break;
        }

        _meter.OnRead(MemoryTraffic.Metadata, address, data);
        return status;
    }

    /// <inheritdoc/>
    public BusStatus Write(ulong address, ReadOnlySpan<byte> data)
    {
        BusStatus status = _inner.Write(address, data);
        if (status != BusStatus.Ok) return status;
        Bytes += data.Length;
        RingRange ring = _rings().Find(address);
        if (ring.Class == DmaClass.Payload && _posted.Remove(address))
        {
            CountFrame(address, data);
            return status;
        }

        // The last word of an entry holds its phase and is written last: it makes the entry.
        if (ring.Class != DmaClass.Payload && data.Length == LastWordBytes && ring.OffsetInEntry(address) == ring.EntryBytes - LastWordBytes) _meter.Count(EventOf(ring.Class));
        _meter.OnWrite(MemoryTraffic.Metadata, address, data);
        return status;
    }

    /// <inheritdoc/>
    public BusStatus Interrupt(int vector, in MsixMessage message)
    {
        BusStatus status = _inner.Interrupt(vector, message);
        if (status == BusStatus.Ok) _meter.Count(MemoryEvent.Interrupts);
        return status;
    }

    private static MemoryEvent EventOf(DmaClass ring) => ring switch
    {
        DmaClass.TxCompletion or DmaClass.ToeCompletion => MemoryEvent.TxCompletions,
        DmaClass.RxCompletion => MemoryEvent.RxCompletions,
        _ => MemoryEvent.DeviceEvents,
    };

    private void CountFrame(ulong address, ReadOnlySpan<byte> frame)
    {
        int headers = FrameHeaders.LengthOf(frame[..Math.Min(frame.Length, FrameHeaders.MostNeeded)]);
        headers = headers > 0 ? Math.Min(headers, frame.Length) : frame.Length;
        _meter.OnWrite(MemoryTraffic.Metadata, address, frame[..headers]);
        if (headers == frame.Length) return;
        _meter.OnWrite(MemoryTraffic.NicWrite, address + (uint)headers, frame[headers..]);
        if (_meter.Find(address) is null) _meter.Count(MemoryEvent.UnmeteredPayloadBytes, frame.Length - headers);
    }

    private void Note(ReadOnlySpan<byte> descriptors)
    {
        foreach (RxDescriptor descriptor in MemoryMarshal.Cast<byte, RxDescriptor>(descriptors)) _posted.Add(descriptor.Address);
    }

    private FetchedChains ChainsOf(ulong ring)
    {
        if (!_chains.TryGetValue(ring, out FetchedChains? chains)) _chains[ring] = chains = new FetchedChains();
        return chains;
    }

    private FetchedChains? Find(ulong address, int length)
    {
        foreach (FetchedChains chains in _chains.Values)
        {
            if (chains.IsNext(address, length)) return chains;
        }

        foreach (FetchedChains chains in _chains.Values)
        {
            if (chains.Holds(address, length)) return chains;
        }

        return null;
    }
}
