using System.Buffers.Binary;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Events;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;

namespace NicEmu.DeviceModel.Registers;

/// <summary>Runs after software wrote a register; it may change other registers and arm timers, nothing more.</summary>
/// <param name="instance">Number of the block's instance.</param>
/// <param name="before">The register before the write.</param>
/// <param name="after">The register after the write; write-only bits hold what was written.</param>
public delegate void RegisterWritten(int instance, uint before, uint after);

/// <summary>
/// The values of one register block in all its instances, with the access rules of its declaration. Hardware uses the indexers,
/// software the <c>Read</c> and <c>Write</c> methods.
/// </summary>
public sealed class RegisterFile : IBarRegion
{
    private const ushort Mark = 0x5246;

    private readonly RegisterBlock _block;
    private readonly TraceSource? _trace;
    private readonly Register[] _registers;
    private readonly AccessMasks[] _masks;
    private readonly short[] _indexAt;
    private readonly uint[] _values;
    private readonly uint[] _latches;
    private readonly RegisterWritten?[] _written;

    /// <summary>Creates the file with every register at its reset value.</summary>
    /// <param name="block">The declaration.</param>
    /// <param name="trace">Where mistakes of the guest are reported; null in tests of the file alone.</param>
    public RegisterFile(RegisterBlock block, TraceSource? trace = null)
    {
        _block = block;
        _trace = trace;
        _registers = [.. block.Registers];
        _masks = Array.ConvertAll(_registers, r => new AccessMasks(r));
        _indexAt = new short[block.Size / 4];
        Array.Fill(_indexAt, (short)-1);
        for (short i = 0; i < _registers.Length; i++)
        {
            _indexAt[_registers[i].Offset / 4] = i;
        }

        _values = new uint[_registers.Length * block.Count];
        _latches = new uint[_values.Length];
        _written = new RegisterWritten?[_registers.Length];
        Reset(ResetKind.PowerOn);
    }

    /// <summary>The declaration.</summary>
    public RegisterBlock Block => _block;

    /// <inheritdoc/>
    public uint BaseOffset => _block.BaseOffset;

    /// <inheritdoc/>
    public uint Length => _block.Size * (uint)_block.Count;

    /// <summary>Runs before software reads any register: brings values up to date that other parts keep.</summary>
    public Action? BeforeRead { get; set; }

    /// <summary>A field of the first instance, right-aligned, without access rules.</summary>
    /// <param name="field">A field of the block.</param>
    public uint this[Field field]
    {
        get => this[field, 0];
        set => this[field, 0] = value;
    }

    /// <summary>A field, right-aligned, without access rules.</summary>
    /// <param name="field">A field of the block.</param>
    /// <param name="instance">Number of the instance.</param>
    public uint this[Field field, int instance]
    {
        get => field.Extract(_values[Slot(field.Register, instance)]);
        set
        {
            ref uint word = ref _values[Slot(field.Register, instance)];
            word = field.Insert(word, value);
        }
    }

    /// <summary>A whole register, without access rules.</summary>
    /// <param name="register">A register of the block.</param>
    /// <param name="instance">Number of the instance.</param>
    public uint this[Register register, int instance = 0]
    {
        get => _values[Slot(register, instance)];
        set => _values[Slot(register, instance)] = value;
    }

    /// <summary>Sets what runs after a register was written; one receiver for each register.</summary>
    /// <param name="register">A register of the block.</param>
    /// <param name="written">The receiver.</param>
    public void OnWrite(Register register, RegisterWritten written) => _written[IndexOf(register)] = written;

    /// <summary>The 64-bit value of a pair, without access rules.</summary>
    /// <param name="low">The low half.</param>
    /// <param name="instance">Number of the instance.</param>
    public ulong GetPair(Register low, int instance = 0)
    {
        int slot = PairSlot(low, instance);
        return _values[slot] | ((ulong)_values[slot + 1] << 32);
    }

    /// <summary>Sets the 64-bit value of a pair, without access rules.</summary>
    /// <param name="low">The low half.</param>
    /// <param name="value">The value.</param>
    /// <param name="instance">Number of the instance.</param>
    public void SetPair(Register low, ulong value, int instance = 0)
    {
        int slot = PairSlot(low, instance);
        _values[slot] = (uint)value;
        _values[slot + 1] = (uint)(value >> 32);
    }

    /// <summary>Reads a register as software does.</summary>
    /// <param name="offset">Byte offset from the first instance, a multiple of 4.</param>
    /// <returns>The register, or all ones where none is.</returns>
    public uint Read(uint offset)
    {
        Span<byte> data = stackalloc byte[4];
        Read(offset, data);
        return BinaryPrimitives.ReadUInt32LittleEndian(data);
    }

    /// <summary>Writes a register as software does.</summary>
    /// <param name="offset">Byte offset from the first instance, a multiple of 4.</param>
    /// <param name="value">The value.</param>
    public void Write(uint offset, uint value)
    {
        Span<byte> data = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(data, value);
        Write(offset, data);
    }

    /// <inheritdoc/>
    public void Read(uint offset, Span<byte> data)
    {
        BeforeRead?.Invoke();
        if (data.Length == 8)
        {
            uint low = ReadWord(offset);
            uint high = ReadWord(offset + 4, live: true);
            BinaryPrimitives.WriteUInt64LittleEndian(data, low | ((ulong)high << 32));
            return;
        }

        uint word = ReadWord(offset & ~3u) >> (int)(8 * (offset & 3));
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (byte)(word >> (8 * i));
        }
    }

    /// <inheritdoc/>
    public void Write(uint offset, ReadOnlySpan<byte> data)
    {
        if (data.Length == 8)
        {
            ulong both = BinaryPrimitives.ReadUInt64LittleEndian(data);
            Change low = Store(offset, (uint)both, uint.MaxValue);
            Change high = Store(offset + 4, (uint)(both >> 32), uint.MaxValue);
            // Both halves are in place before either receiver runs: a 64-bit register changes at once.
            Announce(low);
            Announce(high);
            return;
        }

        uint word = 0;
        uint lanes = 0;
        int shift = (int)(8 * (offset & 3));
        for (int i = 0; i < data.Length; i++)
        {
            word |= (uint)data[i] << (shift + (8 * i));
            lanes |= 0xFFu << (shift + (8 * i));
        }

        Announce(Store(offset & ~3u, word, lanes));
    }

    /// <summary>Puts all instances to their reset values; sticky fields only at power-on.</summary>
    /// <param name="kind">How much is reset.</param>
    public void Reset(ResetKind kind)
    {
        for (int instance = 0; instance < _block.Count; instance++)
        {
            ResetInstance(instance, kind);
        }
    }

    /// <summary>Puts one instance to its reset values; sticky fields only at power-on.</summary>
    /// <param name="instance">Number of the instance.</param>
    /// <param name="kind">How much is reset.</param>
    public void ResetInstance(int instance, ResetKind kind)
    {
        for (int i = 0; i < _registers.Length; i++)
        {
            int slot = (instance * _registers.Length) + i;
            uint kept = kind == ResetKind.PowerOn ? 0 : _masks[i].Sticky;
            _values[slot] = (_values[slot] & kept) | (_masks[i].Reset & ~kept);
            _latches[slot] = 0;
        }
    }

    /// <summary>Saves all values.</summary>
    /// <param name="state">Receives them.</param>
    public void Save(StateWriter state)
    {
        state.Part(Mark, 1);
        state.Count(_values.Length);
        for (int i = 0; i < _values.Length; i++)
        {
            state.Word32(_values[i]);
            state.Word32(_latches[i]);
        }
    }

    /// <summary>Puts saved values back; no receiver runs.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    /// <exception cref="ArgumentException">The state is of another block.</exception>
    public void Restore(ref StateReader state)
    {
        state.Part(Mark, 1);
        if (state.Count() != _values.Length)
        {
            throw new ArgumentException($"Saved state of {_block.Name} has another number of registers.");
        }

        for (int i = 0; i < _values.Length; i++)
        {
            _values[i] = state.Word32();
            _latches[i] = state.Word32();
        }
    }

    /// <summary>Adds the values to an inspection tree; secrets appear as fingerprints.</summary>
    /// <param name="parent">Receives one node for the block.</param>
    public void Inspect(InspectNode parent)
    {
        BeforeRead?.Invoke();
        Span<byte> bytes = stackalloc byte[4];
        for (int instance = 0; instance < _block.Count; instance++)
        {
            InspectNode node = parent.Add(_block.Count == 1 ? _block.Name : $"{_block.Name}{instance}");
            for (int i = 0; i < _registers.Length; i++)
            {
                uint value = _values[(instance * _registers.Length) + i];
                if (_masks[i].Secret != 0)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
                    node.AddSecret(_registers[i].Name, bytes);
                }
                else
                {
                    node.AddHex(_registers[i].Name, value);
                }
            }
        }
    }

    private uint ReadWord(uint offset, bool live = false)
    {
        if (!TryFind(offset, out int index, out int instance))
        {
            _trace?.GuestError(GuestErrorCode.UnknownRegister, "read", BaseOffset + offset, 0, _block.Bar);
            return uint.MaxValue;
        }

        int slot = (instance * _registers.Length) + index;
        if (_registers[index].LatchesHighHalf)
        {
            _latches[slot + 1] = _values[slot + 1];
        }

        bool latched = !live && index > 0 && _registers[index - 1].LatchesHighHalf;
        return (latched ? _latches[slot] : _values[slot]) & ~_masks[index].WriteOnly;
    }

    private Change Store(uint offset, uint written, uint lanes)
    {
        if (!TryFind(offset, out int index, out int instance))
        {
            _trace?.GuestError(GuestErrorCode.UnknownRegister, "write", BaseOffset + offset, written, _block.Bar);
            return default;
        }

        AccessMasks masks = _masks[index];
        if (masks.Writable == 0)
        {
            _trace?.GuestError(GuestErrorCode.IllegalWrite, "read-only register", BaseOffset + offset, written, _block.Bar);
        }
        else if ((written & lanes & ~masks.Declared) != 0)
        {
            _trace?.GuestError(GuestErrorCode.IllegalWrite, "reserved bits", BaseOffset + offset, written, _block.Bar);
        }

        ref uint value = ref _values[(instance * _registers.Length) + index];
        uint before = value;
        uint replaced = (masks.ReadWrite | masks.WriteOnly) & lanes;
        uint after = (before & ~replaced) | (written & replaced);
        after &= ~(written & lanes & masks.OneToClear);
        after |= written & lanes & masks.OneToSet;
        value = after;
        return new Change(index, instance, before, after, masks.Writable != 0);
    }

    private void Announce(Change change)
    {
        if (change.Stored)
        {
            _written[change.Index]?.Invoke(change.Instance, change.Before, change.After);
        }
    }

    private bool TryFind(uint offset, out int index, out int instance)
    {
        index = offset < Length ? _indexAt[offset % _block.Size / 4] : -1;
        instance = (int)(offset / _block.Size);
        return index >= 0;
    }

    private int Slot(Register register, int instance)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(instance);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(instance, _block.Count);
        return (instance * _registers.Length) + IndexOf(register);
    }

    private int PairSlot(Register low, int instance) =>
        low.PairName is null ? throw new ArgumentException($"{low.Name} is not the low half of a pair.") : Slot(low, instance);

    private int IndexOf(Register register)
    {
        int index = register.Offset < _block.Size ? _indexAt[register.Offset / 4] : -1;
        return index >= 0 && ReferenceEquals(_registers[index], register) ? index : throw new ArgumentException($"{register.Name} is not a register of {_block.Name}.");
    }

    private readonly record struct Change(int Index, int Instance, uint Before, uint After, bool Stored);
}
