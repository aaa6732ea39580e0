using NicEmu.Board.Bus;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Faults;

/// <summary>
/// Completions do not reach host memory as the card wrote them. The card writes the body of an entry, then its last word with the phase; both are
/// treated as one.
/// </summary>
internal sealed class CompletionFault : PortFault
{
    private const int LastWord = 4;
    private const byte PhaseBit = 0x80;
    private const long FlushPs = 50_000_000;

    private readonly ArmedFault _fault;
    private readonly FaultyHostPort _port;
    private readonly RingMap _rings;
    private readonly DmaClass _class;
    private readonly string _verb;
    private readonly long _byPs;
    private readonly IScheduler _scheduler;
    private readonly ITimer _timer;
    private readonly Queue<(ulong Address, byte[] Entry, long DuePs)> _late = new();
    private byte[]? _entry;
    private ulong _entryAddress;
    private (ulong Address, byte[] Entry)? _held;

    public CompletionFault(ArmedFault fault, FaultyHostPort port, RingMap rings, IScheduler scheduler, IHostPort next)
        : base(next)
    {
        (_fault, _port, _rings, _scheduler) = (fault, port, rings, scheduler);
        _verb = fault.Specification.Definition.Verb;
        _class = fault.Specification.Word("ring") switch
        {
            "rx" => DmaClass.RxCompletion,
            "event" => DmaClass.Event,
            _ => DmaClass.TxCompletion,
        };
        _byPs = _verb == "delay" ? fault.Specification.TimePs("by") : FlushPs;
        _timer = scheduler.CreateTimer("fault." + fault.Specification.Definition.Name, OnTimer);
    }

    public override BusStatus Write(ulong address, ReadOnlySpan<byte> data)
    {
        RingRange ring = _rings.Find(address);
        if (ring.Class != _class)
        {
            return Next.Write(address, data);
        }

        int offset = ring.OffsetInEntry(address);
        bool isBody = offset == 0 && data.Length == ring.EntryBytes - LastWord;
        bool isLast = offset == ring.EntryBytes - LastWord && data.Length == LastWord;
        if (isBody && _held is null && _fault.IsDue(_port.Current))
        {
            _entryAddress = address;
            _entry = new byte[ring.EntryBytes];
            data.CopyTo(_entry);
            return BusStatus.Ok;
        }

        if (isLast && _entry is { } entry && address == _entryAddress + (ulong)entry.Length - LastWord)
        {
            _entry = null;
            data.CopyTo(entry.AsSpan(entry.Length - LastWord));
            return Change(ring, _entryAddress, entry);
        }

        BusStatus status = Next.Write(address, data);
        if (isLast && _held is not null)
        {
            Swap(ring, address - (ulong)(ring.EntryBytes - LastWord));
        }

        return status;
    }

    private BusStatus Change(in RingRange ring, ulong address, byte[] entry)
    {
        switch (_verb)
        {
            case "drop":
                _fault.Hit();
                return BusStatus.Ok;
            case "corrupt":
                _fault.Hit();
                FlipBit(_fault.Random, entry.AsSpan(0, entry.Length - LastWord));
                return Put(address, entry);
            case "duplicate":
                _fault.Hit();
                BusStatus status = Put(address, entry);
                int after = (ring.EntryOf(address) + 1) % ring.Entries;
                byte[] copy = [.. entry];
                copy[^1] ^= after == 0 ? PhaseBit : (byte)0;
                return status == BusStatus.Ok ? Put(ring.Base + ((ulong)after * (ulong)ring.EntryBytes), copy) : status;
            case "delay":
                _fault.Hit();
                _late.Enqueue((address, entry, _scheduler.NowPs + _byPs));
                _timer.ArmNoLaterThan(_scheduler.NowPs + _byPs);
                return BusStatus.Ok;
            default:
                _held = (address, entry);
                _timer.ArmAt(_scheduler.NowPs + _byPs);
                return BusStatus.Ok;
        }
    }

    /// <summary>The entry after the held one was written: the two change places, each with the phase of its new place.</summary>
    private void Swap(in RingRange ring, ulong address)
    {
        (ulong heldAddress, byte[] held) = _held!.Value;
        byte[] other = new byte[ring.EntryBytes];
        if (address == heldAddress || Next.Read(address, other) != BusStatus.Ok)
        {
            return;
        }

        _held = null;
        _timer.Cancel();
        _fault.Hit();
        if (((held[^1] ^ other[^1]) & PhaseBit) != 0)
        {
            held[^1] ^= PhaseBit;
            other[^1] ^= PhaseBit;
        }

        Put(address, held);
        Put(heldAddress, other);
    }

    private void OnTimer()
    {
        if (_held is { } held)
        {
            // No other came: late, but in order.
            _held = null;
            Put(held.Address, held.Entry);
        }

        while (_late.TryPeek(out (ulong Address, byte[] Entry, long DuePs) late))
        {
            if (late.DuePs > _scheduler.NowPs)
            {
                _timer.ArmAt(late.DuePs);
                return;
            }

            _late.Dequeue();
            Put(late.Address, late.Entry);
        }
    }

    private BusStatus Put(ulong address, ReadOnlySpan<byte> entry)
    {
        BusStatus status = Next.Write(address, entry[..^LastWord]);
        return status == BusStatus.Ok ? Next.Write(address + (ulong)entry.Length - LastWord, entry[^LastWord..]) : status;
    }
}
