using System.Buffers.Binary;
using NicEmu.DeviceModel.Dma;
using NicEmu.DeviceModel.Registers;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Events;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.DeviceModel.Pci;

/// <summary>MSI-X table and pending bits (PCI 3.0 §6.8.2). Accesses are of 4 or 8 aligned bytes.</summary>
internal sealed class MsixTable
{
    private const ushort Mark = 0x4D54;
    private const int EntryBytes = 16;
    private const int MaskBit = 1;

    private readonly int _bar;
    private readonly PciConfigSpace _config;
    private readonly DmaEngine _dma;
    private readonly TraceSource _trace;
    private readonly ITimer _delivery;
    private readonly IScheduler _scheduler;
    private readonly byte[] _entries;
    private readonly ulong[] _pending;
    private DmaEpoch _epoch = new();

    /// <summary>Creates the table with every vector masked.</summary>
    public MsixTable(int vectors, int bar, PciConfigSpace config, DmaEngine dma, IScheduler scheduler, TraceSource trace)
    {
        _bar = bar;
        _config = config;
        _dma = dma;
        _trace = trace;
        _scheduler = scheduler;
        _entries = new byte[vectors * EntryBytes];
        _pending = new ulong[(vectors + 63) / 64];
        _delivery = scheduler.CreateTimer($"nic{trace.Device}.msix", Deliver);
        Table = new TableRegion(this);
        Reset();
    }

    /// <summary>Number of vectors.</summary>
    public int Vectors => _entries.Length / EntryBytes;

    /// <summary>The table as a region at offset 0 of its window.</summary>
    public IBarRegion Table { get; }

    /// <summary>
    /// Whether the transport keeps the table (vfio-user): masks and messages are then its own business and every raised vector goes straight to the port.
    /// </summary>
    public bool TransportOwnsTable { get; set; }

    /// <summary>The pending bits as a region.</summary>
    /// <param name="offset">Offset of the bits in their window.</param>
    public IBarRegion PendingAt(uint offset) => new PendingRegion(this, offset);

    /// <summary>Whether a vector waits for its mask to go.</summary>
    /// <param name="vector">Vector number.</param>
    public bool IsPending(int vector) => (_pending[vector / 64] >> (vector % 64) & 1) != 0;

    /// <summary>Raises a vector: sends its message, or leaves it pending while it is masked. With MSI-X off it is lost.</summary>
    /// <param name="vector">Vector number.</param>
    public void Raise(int vector)
    {
        if (TransportOwnsTable)
        {
            _dma.Interrupt(_epoch, vector, default);
        }
        else if (_config.MsixEnabled)
        {
            if (_config.MsixMasked || IsMasked(vector))
            {
                _pending[vector / 64] |= 1UL << (vector % 64);
            }
            else
            {
                _dma.Interrupt(_epoch, vector, MessageOf(vector));
            }
        }
    }

    /// <summary>Masks every vector and forgets what is pending.</summary>
    public void Reset()
    {
        _entries.AsSpan().Clear();
        for (int vector = 0; vector < Vectors; vector++)
        {
            _entries[(vector * EntryBytes) + 12] = MaskBit;
        }

        Forget();
    }

    /// <summary>Forgets what is pending; the table stays.</summary>
    public void Forget()
    {
        _pending.AsSpan().Clear();
        _epoch.End();
        _epoch = new DmaEpoch();
        _delivery.Cancel();
    }

    /// <summary>Masks may have gone: pending vectors are delivered as an event of its own.</summary>
    public void MasksChanged()
    {
        foreach (ulong word in _pending)
        {
            if (word != 0)
            {
                _delivery.ArmNoLaterThan(_scheduler.NowPs);
                return;
            }
        }
    }

    /// <summary>Saves table and pending bits.</summary>
    /// <param name="state">Receives them.</param>
    public void Save(StateWriter state)
    {
        state.Part(Mark, 1);
        state.Bytes(_entries);
        foreach (ulong word in _pending)
        {
            state.Word64(word);
        }

        state.Deadline(_delivery.DeadlinePs);
    }

    /// <summary>Puts a saved table back.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    /// <exception cref="ArgumentException">Not such a state.</exception>
    public void Restore(ref StateReader state)
    {
        state.Part(Mark, 1);
        ReadOnlySpan<byte> saved = state.Bytes();
        if (saved.Length != _entries.Length)
        {
            throw new ArgumentException("Saved MSI-X table has another number of vectors.");
        }

        Forget();
        saved.CopyTo(_entries);
        for (int i = 0; i < _pending.Length; i++)
        {
            _pending[i] = state.Word64();
        }

        _delivery.Rearm(state.Deadline());
    }

    /// <summary>Adds table and pending bits to an inspection tree.</summary>
    /// <param name="parent">Receives one node.</param>
    public void Inspect(InspectNode parent)
    {
        InspectNode node = parent.Add("MSIX");
        for (int vector = 0; vector < Vectors; vector++)
        {
            MsixMessage message = MessageOf(vector);
            InspectNode entry = node.Add($"{vector}");
            entry.AddHex("ADDRESS", message.Address, 16);
            entry.AddHex("DATA", message.Data);
            entry.Add("MASKED", IsMasked(vector));
            entry.Add("PENDING", IsPending(vector));
        }
    }

    private bool IsMasked(int vector) => (_entries[(vector * EntryBytes) + 12] & MaskBit) != 0;

    private MsixMessage MessageOf(int vector)
    {
        ReadOnlySpan<byte> entry = _entries.AsSpan(vector * EntryBytes, EntryBytes);
        return new MsixMessage(BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
    }

    private void Deliver()
    {
        if (!_config.MsixEnabled || _config.MsixMasked)
        {
            return;
        }

        DmaEpoch epoch = _epoch;
        for (int vector = 0; vector < Vectors && epoch.IsCurrent; vector++)
        {
            if (IsPending(vector) && !IsMasked(vector))
            {
                _pending[vector / 64] &= ~(1UL << (vector % 64));
                _dma.Interrupt(epoch, vector, MessageOf(vector));
            }
        }
    }

    private bool IsWhole(uint offset, int length)
    {
        if (length is 4 or 8)
        {
            return true;
        }

        _trace.GuestError(GuestErrorCode.UnalignedAccess, "MSI-X table", offset, (ulong)length, _bar);
        return false;
    }

    private void WriteEntries(uint offset, ReadOnlySpan<byte> data)
    {
        for (int i = 0; i < data.Length; i++)
        {
            int at = (int)offset + i;
            // Vector Control: bit 0 is the mask, the others are reserved. Message Address: the low two bits are zero (§6.8.2.7, §6.8.2.9).
            byte writable = (at % EntryBytes) switch
            {
                0 => 0xFC,
                12 => MaskBit,
                > 12 => 0,
                _ => 0xFF,
            };
            _entries[at] = (byte)(data[i] & writable);
        }

        MasksChanged();
    }

    private sealed class TableRegion(MsixTable owner) : IBarRegion
    {
        public uint BaseOffset => 0;

        public uint Length => (uint)owner._entries.Length;

        public void Read(uint offset, Span<byte> data)
        {
            if (owner.IsWhole(offset, data.Length))
            {
                owner._entries.AsSpan((int)offset, data.Length).CopyTo(data);
            }
            else
            {
                data.Fill(0xFF);
            }
        }

        public void Write(uint offset, ReadOnlySpan<byte> data)
        {
            if (owner.IsWhole(offset, data.Length))
            {
                owner.WriteEntries(offset, data);
            }
        }
    }

    private sealed class PendingRegion(MsixTable owner, uint baseOffset) : IBarRegion
    {
        public uint BaseOffset => baseOffset;

        public uint Length => (uint)owner._pending.Length * 8;

        public void Read(uint offset, Span<byte> data)
        {
            if (!owner.IsWhole(baseOffset + offset, data.Length))
            {
                data.Fill(0xFF);
                return;
            }

            ulong word = owner._pending[offset / 8] >> (int)(8 * (offset % 8));
            for (int i = 0; i < data.Length; i++)
            {
                data[i] = (byte)(word >> (8 * i));
            }
        }

        public void Write(uint offset, ReadOnlySpan<byte> data) =>
            owner._trace.GuestError(GuestErrorCode.IllegalWrite, "MSI-X pending bits", baseOffset + offset, 0, owner._bar);
    }
}
