using NicEmu.Spec.Tls;

namespace NicEmu.Traces;

/// <summary>The ends of the latest records of one context, to tell which records a frame touches.</summary>
internal sealed class RecordEnds
{
    private const int Kept = 64;

    private readonly (ulong Number, uint End)[] _ends = new (ulong, uint)[Kept];
    private int _next;
    private int _count;

    public void Add(ulong number, uint start, int length)
    {
        _ends[_next] = (number, unchecked(start + (uint)length));
        _next = (_next + 1) % Kept;
        _count = Math.Min(_count + 1, Kept);
    }

    /// <summary>Number of the record that holds the last byte of a frame.</summary>
    /// <param name="first">Number of the record that holds its first byte.</param>
    /// <param name="start">TCP sequence number of the first byte.</param>
    /// <param name="length">Bytes of TCP payload.</param>
    public ulong LastRecord(ulong first, uint start, int length)
    {
        ulong last = first;
        uint end = unchecked(start + (uint)length);
        for (int i = 0; i < _count; i++)
        {
            (ulong number, uint recordEnd) = _ends[i];
            if (number >= last && TcpSequence.IsBefore(start, recordEnd) && TcpSequence.IsBefore(recordEnd, end))
            {
                last = number + 1;
            }
        }

        return last;
    }
}
