namespace NicEmu.Net;

/// <summary>Receive sequence space (RFC 9293 §3.3.1), reassembly and the bytes that wait for the reader, unless somebody else keeps them.</summary>
internal sealed class TcpReceiver(TcpConfig config, TcpConnection? keeper = null)
{
    private readonly ByteRing _buffer = new(config.ReceiveBufferBytes);
    private readonly MarkedRuns _ready = new();
    private readonly ReassemblyQueue _early = new();
    private uint _readSequence;
    private bool _finKnown;
    private uint _finSequence;

    /// <summary>RCV.NXT.</summary>
    public uint Next { get; private set; }

    /// <summary>Right edge of the window as offered; never moves left (RFC 9293 §3.8.6).</summary>
    public uint Edge { get; private set; }

    /// <summary>Shift of the window field we send.</summary>
    public int Shift { get; set; }

    /// <summary>Every byte before the peer's FIN has arrived, and the FIN.</summary>
    public bool FinReceived { get; private set; }

    public int Available => _ready.TotalBytes;

    public uint ReadSequence => _readSequence;

    public bool HasGap => _early.Count > 0;

    /// <summary>RCV.WND as offered, in bytes.</summary>
    public int Window => TcpSequence.Difference(Edge, Next);

    public void Start(uint initialSequence)
    {
        Next = _readSequence = initialSequence + 1;
        Edge = Next;
    }

    /// <summary>The window field of the next segment; moves the right edge in steps worth announcing (RFC 9293 §3.8.6.2.2).</summary>
    public ushort OfferWindow(int segmentSize, int shift)
    {
        if (!FinReceived)
        {
            uint target = Next + (uint)Math.Max(0, config.ReceiveBufferBytes - Available);
            if (TcpSequence.Difference(target, Edge) >= Threshold(segmentSize))
            {
                int offered = Math.Min(TcpSequence.Difference(target, Next), ushort.MaxValue << shift) >> shift << shift;
                Edge = TcpSequence.Max(Edge, Next + (uint)offered);
            }
        }

        return (ushort)Math.Min(Window >> shift, ushort.MaxValue);
    }

    /// <summary>True if the reader has made room that the peer should hear of without waiting for data to acknowledge.</summary>
    public bool NeedsWindowUpdate(int segmentSize)
    {
        if (FinReceived || Window >= config.ReceiveBufferBytes / 2) return false;
        uint target = Next + (uint)Math.Max(0, config.ReceiveBufferBytes - Available);
        // What the shift would cut off cannot be announced.
        int gain = TcpSequence.Difference(target, Edge);
        return gain >= Threshold(segmentSize) && gain >= 1 << Shift;
    }

    /// <summary>Takes a segment's bytes. Each byte is stored once: the copy that was accepted first stays.</summary>
    /// <returns>None, or <see cref="DropReason.ReassemblyFull"/> if part of it had to be left out.</returns>
    public DropReason Accept(uint sequence, ReadOnlySpan<byte> data, bool fin, int mark, int frameOffset = 0)
    {
        // Bytes that nobody would keep are not taken: the peer repeats them.
        if (keeper is not null && keeper.Observer?.MayKeep(keeper, TcpSequence.IsAfter(sequence, Next)) != true) return DropReason.ReassemblyFull;
        uint end = sequence + (uint)data.Length;
        if (fin && !_finKnown && TcpSequence.IsAfterOrAt(end, Next) && TcpSequence.IsBeforeOrAt(end, Edge)) (_finKnown, _finSequence) = (true, end);
        uint start = TcpSequence.Max(sequence, Next);
        uint limit = TcpSequence.Min(end, Edge);
        if (_finKnown) limit = TcpSequence.Min(limit, _finSequence);
        bool complete = true;
        while (TcpSequence.IsBefore(start, limit) && _early.TryFindUncovered(start, limit, out uint from, out uint to))
        {
            ReadOnlySpan<byte> part = data.Slice(TcpSequence.Difference(from, sequence), TcpSequence.Difference(to, from));
            int offset = TcpSequence.Difference(from, _readSequence);
            bool stored = from == Next ? _ready.TryAppend(part.Length, mark) : _early.TryAdd(from, to, mark);
            complete &= stored;
            if (stored)
            {
                if (keeper is null) _buffer.Write(offset, part);
                else keeper.Observer!.OnKept(keeper, from, frameOffset + TcpSequence.Difference(from, sequence), part.Length, mark);
                if (from == Next) Next = to;
                else _early.Touch(from);
            }

            start = to;
        }

        while (_early.Count > 0 && _early.First.Start == Next)
        {
            var (first, last, firstMark) = _early.First;
            if (!_ready.TryAppend(TcpSequence.Difference(last, first), firstMark)) break;
            Next = last;
            _early.RemoveFirst();
        }

        if (_finKnown && !FinReceived && Next == _finSequence)
        {
            FinReceived = true;
            Next++;
            Edge = TcpSequence.Max(Edge, Next);
        }

        return complete ? DropReason.None : DropReason.ReassemblyFull;
    }

    public void AddSackBlocks(ref TcpOptions options, int maximum) => _early.AddSackBlocks(ref options, maximum);

    public bool TryReceive(out ReceivedChunk chunk)
    {
        chunk = default;
        if (Available == 0) return false;
        var (length, mark) = _ready.First;
        ReadOnlySpan<byte> bytes = keeper is null ? _buffer.Peek(0, length) : default;
        chunk = new(_readSequence, keeper is null ? bytes.Length : length, bytes, mark);
        return true;
    }

    public void Consume(int count)
    {
        _ready.Remove(count);
        if (keeper is null) _buffer.Discard(count);
        _readSequence += (uint)count;
    }

    private int Threshold(int segmentSize) => Math.Max(1, Math.Min(config.ReceiveBufferBytes / 2, segmentSize));
}
