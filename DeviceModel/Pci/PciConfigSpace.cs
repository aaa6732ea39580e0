using System.Buffers.Binary;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Events;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Seams;

namespace NicEmu.DeviceModel.Pci;

/// <summary>
/// Configuration space of a PCI Express endpoint: type 0 header, power management, MSI-X and PCI Express capabilities. The extended space
/// holds no capability: it reads zero. Three byte arrays say everything: values, writable bits, bits cleared by writing ones.
/// </summary>
internal sealed class PciConfigSpace
{
    /// <summary>Length of configuration space in bytes (PCIe 5.0 §7.2).</summary>
    public const int Length = 4096;

    private const ushort Mark = 0x5043;
    private const int HeaderLength = 256;
    private const int CommandOffset = 0x04;
    private const int BarOffset = 0x10;
    private const int PowerOffset = 0x40;
    private const int MsixOffset = 0x50;
    private const int ExpressOffset = 0x60;
    private const int PowerControl = PowerOffset + 4;
    private const int MsixControl = MsixOffset + 2;
    private const int DeviceControl = ExpressOffset + 8;
    private const byte InitiateFlr = 0x80;

    private readonly byte[] _initial = new byte[HeaderLength];
    private readonly byte[] _writable = new byte[HeaderLength];
    private readonly byte[] _oneToClear = new byte[HeaderLength];
    private readonly byte[] _bytes = new byte[HeaderLength];
    private readonly TraceSource _trace;

    public PciConfigSpace(PciIdentity identity, IReadOnlyList<BarDescription> bars, TraceSource trace)
    {
        _trace = trace;
        DeclareHeader(identity, bars);
        DeclarePowerManagement();
        DeclareMsix(identity);
        DeclareExpress();
        Reset();
    }

    /// <summary>Runs after software changed the command register, the power state or the MSI-X control word.</summary>
    public Action? Changed { get; set; }

    /// <summary>Runs when software initiates a function level reset (PCIe 5.0 §6.6.2).</summary>
    public Action? FunctionLevelResetRequested { get; set; }

    /// <summary>Memory windows answer: Memory Space Enable is set and the function is in D0.</summary>
    public bool MemoryEnabled => (_bytes[CommandOffset] & 0x02) != 0 && IsInD0;

    /// <summary>The function may read and write memory: Bus Master Enable is set and the function is in D0.</summary>
    public bool BusMasterEnabled => (_bytes[CommandOffset] & 0x04) != 0 && IsInD0;

    /// <summary>The function is in D0, not in D3hot (PCI power management 1.2 §5.4).</summary>
    public bool IsInD0 => (_bytes[PowerControl] & 0x03) == 0;

    /// <summary>MSI-X Enable (PCI 3.0 §6.8.2.3).</summary>
    public bool MsixEnabled => (_bytes[MsixControl + 1] & 0x80) != 0;

    /// <summary>MSI-X Function Mask.</summary>
    public bool MsixMasked => (_bytes[MsixControl + 1] & 0x40) != 0;

    /// <summary>Puts everything to its value at power-on.</summary>
    public void Reset() => _initial.CopyTo(_bytes, 0);

    /// <summary>Reads; all ones past the end and for accesses that are unaligned or of another width than 1, 2 or 4.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="data">Receives the bytes.</param>
    public void Read(int offset, Span<byte> data)
    {
        if (!IsAllowed(offset, data.Length, "configuration read"))
        {
            data.Fill(0xFF);
        }
        else if (offset < HeaderLength)
        {
            _bytes.AsSpan(offset, data.Length).CopyTo(data);
        }
        else
        {
            data.Clear();
        }
    }

    /// <summary>Writes under the access rules of each bit.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="data">The bytes.</param>
    public void Write(int offset, ReadOnlySpan<byte> data)
    {
        if (!IsAllowed(offset, data.Length, "configuration write") || offset >= HeaderLength)
        {
            return;
        }

        for (int i = 0; i < data.Length; i++)
        {
            WriteByte(offset + i, data[i]);
        }

        Changed?.Invoke();
        if (Covers(offset, data.Length, DeviceControl + 1) && (data[DeviceControl + 1 - offset] & InitiateFlr) != 0)
        {
            FunctionLevelResetRequested?.Invoke();
        }
    }

    /// <summary>Saves all values.</summary>
    /// <param name="state">Receives them.</param>
    public void Save(StateWriter state)
    {
        state.Part(Mark, 1);
        state.Bytes(_bytes);
    }

    /// <summary>Puts saved values back.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    /// <exception cref="ArgumentException">Not such a state.</exception>
    public void Restore(ref StateReader state)
    {
        state.Part(Mark, 1);
        ReadOnlySpan<byte> saved = state.Bytes();
        if (saved.Length != HeaderLength)
        {
            throw new ArgumentException("Saved configuration space has another length.");
        }

        saved.CopyTo(_bytes);
    }

    /// <summary>Adds the 256 bytes, four to a node, to an inspection tree.</summary>
    /// <param name="parent">Receives one node.</param>
    public void Inspect(InspectNode parent)
    {
        InspectNode node = parent.Add("PCI");
        for (int i = 0; i < HeaderLength; i += 4)
        {
            node.AddHex($"{i:X2}", BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(i)));
        }
    }

    private static bool Covers(int offset, int length, int at) => offset <= at && at < offset + length;

    private bool IsAllowed(int offset, int length, string what)
    {
        if ((length is 1 or 2 or 4) && offset % length == 0 && offset is >= 0 and < Length)
        {
            return true;
        }

        if (offset is >= 0 and < Length)
        {
            _trace.GuestError(GuestErrorCode.UnalignedAccess, what, (ulong)offset, (ulong)length, -1);
        }
        else
        {
            _trace.GuestError(GuestErrorCode.UnknownRegister, what, (ulong)(uint)offset, (ulong)length, -1);
        }

        return false;
    }

    private void WriteByte(int offset, byte value)
    {
        byte before = _bytes[offset];
        byte mask = _writable[offset];
        var after = (byte)((before & ~mask) | (value & mask));
        after &= (byte)~(value & _oneToClear[offset]);
        if (offset == PowerControl && (after & 0x03) is 1 or 2)
        {
            // PCI power management 1.2 §3.2.4: a write of a state that is not supported completes and changes nothing.
            after = (byte)((after & ~0x03) | (before & 0x03));
        }

        _bytes[offset] = after;
    }

    private void Declare16(int offset, ushort value, ushort writable = 0, ushort oneToClear = 0)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_initial.AsSpan(offset), value);
        BinaryPrimitives.WriteUInt16LittleEndian(_writable.AsSpan(offset), writable);
        BinaryPrimitives.WriteUInt16LittleEndian(_oneToClear.AsSpan(offset), oneToClear);
    }

    private void Declare32(int offset, uint value, uint writable = 0)
    {
        Declare16(offset, (ushort)value, (ushort)writable);
        Declare16(offset + 2, (ushort)(value >> 16), (ushort)(writable >> 16));
    }

    private void DeclareHeader(PciIdentity identity, IReadOnlyList<BarDescription> bars)
    {
        Declare16(0x00, identity.VendorId);
        Declare16(0x02, identity.DeviceId);
        // Memory Space, Bus Master, Parity Error Response, SERR#, Interrupt Disable; there is no I/O space.
        Declare16(CommandOffset, 0, writable: 0x0546);
        // Capabilities List; the error bits are cleared by writing ones.
        Declare16(0x06, 0x0010, oneToClear: 0xF900);
        Declare32(0x08, (identity.ClassCode << 8) | identity.Revision);
        Declare16(0x0C, 0, writable: 0x00FF);
        foreach (BarDescription bar in bars)
        {
            ulong addressBits = ~(bar.Size - 1);
            Declare32(BarOffset + (4 * bar.Index), bar.Is64Bit ? 0x4u : 0, (uint)addressBits);
            if (bar.Is64Bit)
            {
                Declare32(BarOffset + (4 * bar.Index) + 4, 0, (uint)(addressBits >> 32));
            }
        }

        Declare16(0x2C, identity.SubsystemVendorId);
        Declare16(0x2E, identity.SubsystemId);
        Declare16(0x34, PowerOffset);
        // Interrupt Line belongs to software; Interrupt Pin is zero: interrupts are MSI-X only.
        Declare16(0x3C, 0, writable: 0x00FF);
    }

    private void DeclarePowerManagement()
    {
        // Version 3, D0 and D3hot, no PME; No_Soft_Reset: D3hot to D0 keeps all state.
        Declare16(PowerOffset, (MsixOffset << 8) | 0x01);
        Declare16(PowerOffset + 2, 0x0003);
        Declare16(PowerControl, 0x0008, writable: 0x0003);
    }

    private void DeclareMsix(PciIdentity identity)
    {
        Declare16(MsixOffset, (ExpressOffset << 8) | 0x11);
        Declare16(MsixControl, (ushort)(identity.Vectors - 1), writable: 0xC000);
        Declare32(MsixOffset + 4, (uint)identity.MsixBar);
        Declare32(MsixOffset + 8, identity.MsixPendingOffset | (uint)identity.MsixBar);
    }

    private void DeclareExpress()
    {
        Declare16(ExpressOffset, 0x0010);
        Declare16(ExpressOffset + 0x02, 0x0002);
        // Device Capabilities: payload up to 256 bytes, role-based error reporting, function level reset.
        Declare32(ExpressOffset + 0x04, 0x1000_8001);
        // Device Control: relaxed ordering, no snoop, read requests of 512 bytes. Initiate FLR reads zero.
        Declare16(DeviceControl, 0x2810, writable: 0x78FF);
        Declare16(ExpressOffset + 0x0A, 0, oneToClear: 0x000F);
        // Link: 16 GT/s, eight lanes, slot clock.
        Declare32(ExpressOffset + 0x0C, 0x0000_0084);
        Declare16(ExpressOffset + 0x10, 0, writable: 0x00CB);
        Declare16(ExpressOffset + 0x12, 0x1084);
        // Device Capabilities 2: the completion timeout may be disabled.
        Declare32(ExpressOffset + 0x24, 0x0000_0010);
        Declare16(ExpressOffset + 0x28, 0, writable: 0x0010);
        // Link Capabilities 2: 2.5 to 16 GT/s; Link Control 2: target 16 GT/s.
        Declare32(ExpressOffset + 0x2C, 0x0000_001E);
        Declare16(ExpressOffset + 0x30, 0x0004, writable: 0x000F);
    }
}
