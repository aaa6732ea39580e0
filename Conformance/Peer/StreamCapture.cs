using NicEmu.Net;

namespace NicEmu.Conformance.Peer;

/// <summary>The bytes of a TCP stream as they were on the wire, lost or not, each place once; remembers places where a repetition differed.</summary>
public sealed class StreamCapture
{
    private readonly uint _base;
    private byte[] _bytes = new byte[4096];
    private bool[] _seen = new bool[4096];

    /// <summary>Begins at a place.</summary>
    /// <param name="start">TCP sequence number of the first byte.</param>
    public StreamCapture(uint start) => _base = start;

    /// <summary>TCP sequence number of the first byte.</summary>
    public uint Start => _base;

    /// <summary>Bytes from the start to the first that was not seen.</summary>
    public int Contiguous { get; private set; }

    /// <summary>Bytes seen again.</summary>
    public int Repeated { get; private set; }

    /// <summary>Offset of the first byte that was seen with two values; null while there is none.</summary>
    public int? Conflict { get; private set; }

    /// <summary>The bytes from the start to the first that was not seen.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Contiguous);

    /// <summary>Takes a segment's payload.</summary>
    /// <param name="sequence">TCP sequence number of its first byte.</param>
    /// <param name="payload">The bytes.</param>
    public void Add(uint sequence, ReadOnlySpan<byte> payload)
    {
        int offset = TcpSequence.Difference(sequence, _base);
        for (int i = 0; i < payload.Length; i++)
        {
            int at = offset + i;
            if (at < 0) continue;
            Grow(at);
            if (!_seen[at])
            {
                (_bytes[at], _seen[at]) = (payload[i], true);
                continue;
            }

            Repeated++;
            if (_bytes[at] != payload[i]) Conflict ??= at;
        }

        while (Contiguous < _seen.Length && _seen[Contiguous]) Contiguous++;
    }

    private void Grow(int at)
    {
        if (at < _bytes.Length) return;
        int length = Math.Max(at + 1, _bytes.Length * 2);
        Array.Resize(ref _bytes, length);
        Array.Resize(ref _seen, length);
    }
}
