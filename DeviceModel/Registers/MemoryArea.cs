using NicEmu.DeviceModel.State;
using NicEmu.Spec.Events;
using NicEmu.Spec.Inspect;

namespace NicEmu.DeviceModel.Registers;

/// <summary>A small memory inside a window that software may only write, or only read.</summary>
/// <param name="name">Name in the manual.</param>
/// <param name="bar">Window that holds the area.</param>
/// <param name="baseOffset">Byte offset in the window.</param>
/// <param name="length">Length in bytes, a multiple of 8.</param>
/// <param name="isWritable">True: software writes, reads return zero. False: software reads, writes are refused.</param>
/// <param name="trace">Where mistakes of the guest are reported.</param>
public sealed class MemoryArea(string name, int bar, uint baseOffset, int length, bool isWritable, TraceSource trace) : IBarRegion
{
    private const ushort Mark = 0x4D41;

    private readonly byte[] _bytes = new byte[length];

    /// <inheritdoc/>
    public uint BaseOffset => baseOffset;

    /// <inheritdoc/>
    public uint Length => (uint)length;

    /// <summary>The bytes as hardware sees them.</summary>
    public Span<byte> Span => _bytes;

    /// <inheritdoc/>
    public void Read(uint offset, Span<byte> data)
    {
        if (isWritable)
        {
            data.Clear();
            return;
        }

        _bytes.AsSpan((int)offset, data.Length).CopyTo(data);
    }

    /// <inheritdoc/>
    public void Write(uint offset, ReadOnlySpan<byte> data)
    {
        if (!isWritable)
        {
            trace.GuestError(GuestErrorCode.IllegalWrite, name, baseOffset + offset, 0, bar);
            return;
        }

        data.CopyTo(_bytes.AsSpan((int)offset));
    }

    /// <summary>Overwrites the area with zeros.</summary>
    public void Clear() => _bytes.AsSpan().Clear();

    /// <summary>Saves the bytes.</summary>
    /// <param name="state">Receives them.</param>
    public void Save(StateWriter state)
    {
        state.Part(Mark, 1);
        state.Bytes(_bytes);
    }

    /// <summary>Puts saved bytes back.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    /// <exception cref="ArgumentException">The saved area has another length.</exception>
    public void Restore(ref StateReader state)
    {
        state.Part(Mark, 1);
        ReadOnlySpan<byte> saved = state.Bytes();
        if (saved.Length != _bytes.Length)
        {
            throw new ArgumentException($"Saved state of {name} has another length.");
        }

        saved.CopyTo(_bytes);
    }

    /// <summary>Adds a fingerprint of the bytes to an inspection tree.</summary>
    /// <param name="parent">Receives one node.</param>
    public void Inspect(InspectNode parent) => parent.AddSecret(name, _bytes);
}
