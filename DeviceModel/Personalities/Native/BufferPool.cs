namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>Buffers for one chain each. A buffer has one owner at a time; it is wiped when it comes back, because chains hold plaintext.</summary>
/// <param name="bytes">Length of a buffer.</param>
internal sealed class BufferPool(int bytes)
{
    private readonly Stack<byte[]> _free = new();

    /// <summary>Length of a buffer.</summary>
    public int BufferBytes => bytes;

    /// <summary>Takes a buffer; its contents mean nothing.</summary>
    public byte[] Rent() => _free.TryPop(out byte[]? buffer) ? buffer : new byte[bytes];

    /// <summary>Gives a buffer back.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="used">Bytes that were written.</param>
    public void Return(byte[] buffer, int used)
    {
        buffer.AsSpan(0, used).Clear();
        _free.Push(buffer);
    }
}
