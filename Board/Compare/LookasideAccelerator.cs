using System.Buffers.Binary;
using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;
using NicEmu.Driver.Paths;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Compare;

/// <summary>
/// A device beside the card that seals records: it fetches a descriptor, reads the content and writes the record, each by DMA. It is an outside part of the comparison, with no more of it
/// than that: one connection, a ring of descriptors, and 4 GB/s.
/// </summary>
internal sealed class LookasideAccelerator : IRecordEngine
{
    private const int Slots = 64;
    private const int SlotBytes = 256;
    private const int HeaderBytes = 16;
    private const int PieceBytes = 12;
    private const int CompletionBytes = 16;
    private const long BytePs = 250;
    private const long LatencyPs = 5_000_000;

    private readonly IScheduler _scheduler;
    private readonly MemoryMeter _meter;
    private readonly RecordSealer _sealer;
    private readonly MeteredRegion _ring;
    private readonly MeteredRegion _completions;
    private readonly ITimer _timer;
    private readonly Action?[] _done = new Action?[Slots];
    private readonly byte[] _content = new byte[TlsRecordLayout.MaxPlaintextLength];
    private uint _posted;
    private uint _taken;
    private bool _refused;

    public LookasideAccelerator(ServeMachine machine, RecordSealer sealer, int number)
    {
        (_scheduler, _meter, _sealer) = (machine.Loop, machine.Meter, sealer);
        _ring = machine.Allocate(Slots * SlotBytes, $"accelerator ring {number}");
        _completions = machine.Allocate(Slots * CompletionBytes, $"accelerator completions {number}");
        _timer = machine.Loop.CreateTimer($"accelerator{number}", Run);
    }

    public Action? Room { get; set; }

    /// <summary>The driver's part: writes a descriptor.</summary>
    public bool TrySubmit(RecordJob job)
    {
        if (_posted - _taken == Slots)
        {
            _refused = true;
            return false;
        }

        int slot = (int)(_posted % Slots);
        Span<byte> descriptor = stackalloc byte[SlotBytes];
        descriptor.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor, job.Number);
        (descriptor[8], descriptor[9], descriptor[10]) = ((byte)job.Type, (byte)job.Content.Count, (byte)job.Target.Count);
        int at = HeaderBytes;
        foreach (DmaPiece piece in job.Content) Put(descriptor, ref at, piece);
        foreach (DmaPiece piece in job.Target) Put(descriptor, ref at, piece);
        _ring.WriteMetadata(slot * SlotBytes, descriptor);
        _done[slot] = job.Done;
        if (_posted++ == _taken) _timer.ArmAt(_scheduler.NowPs + TimeOf(job));
        return true;
    }

    private static long TimeOf(RecordJob job) => LatencyPs + (BytePs * job.Target.Sum(static p => (long)p.Length));

    private static void Put(Span<byte> descriptor, ref int at, DmaPiece piece)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor[at..], piece.Address);
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor[(at + 8)..], (uint)piece.Length);
        at += PieceBytes;
    }

    private static DmaPiece Take(ReadOnlySpan<byte> descriptor, ref int at)
    {
        at += PieceBytes;
        return new(BinaryPrimitives.ReadUInt64LittleEndian(descriptor[(at - PieceBytes)..]), (int)BinaryPrimitives.ReadUInt32LittleEndian(descriptor[(at - 4)..]));
    }

    /// <summary>The device's part: one descriptor.</summary>
    private void Run()
    {
        int slot = (int)(_taken++ % Slots);
        Span<byte> descriptor = stackalloc byte[SlotBytes];
        _ring.DeviceRead(MemoryTraffic.Metadata, slot * SlotBytes, descriptor);
        int at = HeaderBytes;
        int length = 0;
        for (int i = 0; i < descriptor[9]; i++)
        {
            DmaPiece piece = Take(descriptor, ref at);
            (MeteredRegion region, int offset) = Place(piece);
            region.DeviceRead(MemoryTraffic.AcceleratorRead, offset, _content.AsSpan(length, piece.Length));
            length += piece.Length;
        }

        ReadOnlySpan<byte> record = _sealer.Seal(BinaryPrimitives.ReadUInt64LittleEndian(descriptor), (TlsContentType)descriptor[8], _content.AsSpan(0, length));
        for (int i = 0; i < descriptor[10]; i++)
        {
            DmaPiece piece = Take(descriptor, ref at);
            (MeteredRegion region, int offset) = Place(piece);
            region.DeviceWrite(MemoryTraffic.AcceleratorWrite, offset, record[..piece.Length]);
            record = record[piece.Length..];
        }

        Complete(slot);
    }

    private void Complete(int slot)
    {
        Span<byte> completion = stackalloc byte[CompletionBytes];
        completion.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(completion, _taken);
        _completions.DeviceWrite(MemoryTraffic.Metadata, slot * CompletionBytes, completion);
        // The ring holds descriptors only; how long the next one takes is known from the pieces in it.
        if (_posted != _taken) _timer.ArmAt(_scheduler.NowPs + LatencyPs + (BytePs * TlsRecordLayout.MaxPlaintextLength));
        _done[slot]!();
        if (!_refused) return;
        _refused = false;
        Room?.Invoke();
    }

    private (MeteredRegion Region, int Offset) Place(DmaPiece piece)
    {
        MeteredRegion region = _meter.Find(piece.Address)!;
        return (region, (int)(piece.Address - region.BusAddress));
    }
}
