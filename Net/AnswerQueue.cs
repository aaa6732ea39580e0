namespace NicEmu.Net;

/// <summary>Complete frames that wait to be polled: ARP, ND, ICMP and RST. Bounded; buffers are reused.</summary>
internal sealed class AnswerQueue(int maximumFrameBytes)
{
    private const int Capacity = 64;

    private readonly byte[]?[] _frames = new byte[]?[Capacity];
    private readonly int[] _lengths = new int[Capacity];
    private int _head;

    public int Count { get; private set; }

    /// <summary>Room for one frame, or an empty span if the queue is full; <see cref="Commit"/> makes it one.</summary>
    public Span<byte> Reserve() => Count == Capacity ? default : (_frames[Tail] ??= new byte[maximumFrameBytes]);

    public void Commit(int length)
    {
        _lengths[Tail] = length;
        Count++;
    }

    public ReadOnlySpan<byte> Dequeue()
    {
        ReadOnlySpan<byte> frame = _frames[_head].AsSpan(0, _lengths[_head]);
        _head = (_head + 1) % Capacity;
        Count--;
        return frame;
    }

    private int Tail => (_head + Count) % Capacity;
}
