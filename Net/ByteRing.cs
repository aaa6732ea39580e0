namespace NicEmu.Net;

/// <summary>A byte queue addressed by offset from its head; grows by doubling up to a maximum, so that idle connections cost little.</summary>
internal sealed class ByteRing(int maximumBytes)
{
    private const int FirstAllocation = 4096;

    private byte[] _bytes = [];
    private int _head;

    public int MaximumBytes => maximumBytes;

    /// <summary>Stores bytes at an offset; offset plus length must not pass the maximum.</summary>
    public void Write(int offset, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return;
        EnsureCapacity(offset + data.Length);
        int at = Position(offset);
        int first = Math.Min(data.Length, _bytes.Length - at);
        data[..first].CopyTo(_bytes.AsSpan(at));
        data[first..].CopyTo(_bytes);
    }

    /// <summary>The longest run without a wrap from <paramref name="offset"/>, at most <paramref name="length"/> bytes.</summary>
    public ReadOnlySpan<byte> Peek(int offset, int length)
    {
        if (length == 0) return default;
        int at = Position(offset);
        return _bytes.AsSpan(at, Math.Min(length, _bytes.Length - at));
    }

    /// <summary>Copies across a wrap.</summary>
    public void CopyTo(int offset, Span<byte> destination)
    {
        ReadOnlySpan<byte> first = Peek(offset, destination.Length);
        first.CopyTo(destination);
        if (first.Length < destination.Length) Peek(offset + first.Length, destination.Length - first.Length).CopyTo(destination[first.Length..]);
    }

    /// <summary>Moves the head.</summary>
    public void Discard(int count)
    {
        if (count > 0) _head = Position(count);
    }

    private int Position(int offset)
    {
        int at = _head + offset;
        return at >= _bytes.Length ? at - _bytes.Length : at;
    }

    private void EnsureCapacity(int needed)
    {
        if (needed <= _bytes.Length) return;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(needed, maximumBytes);
        int capacity = Math.Max(_bytes.Length, Math.Min(FirstAllocation, maximumBytes));
        while (capacity < needed) capacity = capacity > maximumBytes / 2 ? maximumBytes : capacity * 2;
        byte[] larger = new byte[capacity];
        _bytes.AsSpan(_head).CopyTo(larger);
        _bytes.AsSpan(0, _head).CopyTo(larger.AsSpan(_bytes.Length - _head));
        (_bytes, _head) = (larger, 0);
    }
}
