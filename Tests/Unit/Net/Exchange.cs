using NicEmu.Net;

namespace NicEmu.Tests.Unit.Net;

/// <summary>Writes a pattern into one connection and reads it back from the other, as buffers allow.</summary>
internal sealed class Exchange(TcpConnection from, TcpConnection to, int totalBytes, int salt)
{
    private readonly byte[] _buffer = new byte[16384];
    private int _written;

    public int Received { get; private set; }

    public bool IsIntact { get; private set; } = true;

    public bool IsDone => Received == totalBytes;

    public static byte PatternAt(int offset, int salt) => (byte)((offset * 167) + (offset >> 8) + (offset >> 16) + salt);

    /// <summary>One round of writing and reading; true when everything has arrived.</summary>
    public bool Step(int readLimit = int.MaxValue)
    {
        while (_written < totalBytes)
        {
            int count = Math.Min(_buffer.Length, totalBytes - _written);
            for (int i = 0; i < count; i++) _buffer[i] = PatternAt(_written + i, salt);
            int accepted = from.Write(_buffer.AsSpan(0, count));
            _written += accepted;
            if (accepted < count) break;
        }

        while (readLimit > 0)
        {
            int count = to.Read(_buffer.AsSpan(0, Math.Min(_buffer.Length, readLimit)));
            if (count == 0) break;
            for (int i = 0; i < count; i++) IsIntact &= _buffer[i] == PatternAt(Received + i, salt);
            Received += count;
            readLimit -= count;
        }

        return IsDone;
    }
}
