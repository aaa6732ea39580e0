using NicEmu.Driver.Kernel;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Paths;

/// <summary>
/// What a connection has to send, where others keep it: pieces of memory by TCP sequence number. A piece goes back to its owner when it is acknowledged and no descriptor that may
/// name it is left in a ring: a repetition may still wait there when the acknowledgment of the first transmission comes.
/// </summary>
/// <param name="kernel">The host whose ports send.</param>
/// <param name="queue">Transmit queue of the connection on each port.</param>
/// <param name="memory">Loads bytes of pieces for the processor.</param>
internal sealed class SendQueue(HostKernel kernel, Func<HostPort, int> queue, IDmaReader memory)
{
    /// <summary>Pieces that one segment is made of at most. Linux allows 17 pages; four records in a burst have more parts.</summary>
    public const int MaxPieces = 40;

    private readonly Queue<Retired> _retired = new();
    private readonly DmaPiece[] _mapped = new DmaPiece[MaxPieces];
    private Fragment[] _fragments = new Fragment[64];
    private int _head;
    private int _count;

    /// <summary>Loads bytes of pieces.</summary>
    public IDmaReader Memory => memory;

    /// <summary>Pieces that are not given back yet.</summary>
    public int Pieces => _count + _retired.Count;

    /// <summary>Appends a piece.</summary>
    /// <param name="sequence">TCP sequence number of its first byte, where the last one ends.</param>
    /// <param name="piece">The piece.</param>
    /// <param name="owner">Who gets it back.</param>
    /// <param name="until">TCP sequence number that must be acknowledged first: the end of its record, whose beginning a card may want again for its end.</param>
    public void Append(uint sequence, DmaPiece piece, IPieceOwner owner, uint until)
    {
        if (_count == _fragments.Length)
        {
            var larger = new Fragment[_count * 2];
            for (int i = 0; i < _count; i++) larger[i] = At(i);
            (_fragments, _head) = (larger, 0);
        }

        _count++;
        At(_count - 1) = new Fragment(sequence, piece, owner, until);
    }

    /// <summary>Where a range of the stream lies; valid until the next call. No longer than <see cref="Limit"/> allows.</summary>
    /// <param name="sequence">TCP sequence number of the first byte, which is not acknowledged.</param>
    /// <param name="length">Bytes.</param>
    public TxBytes Map(uint sequence, int length)
    {
        int count = 0;
        for (int at = Find(sequence); length > 0; at++)
        {
            Fragment fragment = At(at);
            int skip = TcpSequence.Distance(fragment.Sequence, sequence);
            int part = Math.Min(fragment.Piece.Length - skip, length);
            _mapped[count++] = new(fragment.Piece.Address + (uint)skip, part);
            sequence += (uint)part;
            length -= part;
        }

        return new(_mapped.AsSpan(0, count), memory);
    }

    /// <summary>How much of a range one segment may hold.</summary>
    public int Limit(uint sequence, int length)
    {
        int allowed = 0;
        int at = Find(sequence);
        for (int pieces = 0; pieces < MaxPieces && allowed < length; pieces++, at++)
        {
            allowed = TcpSequence.Distance(sequence, At(at).End);
        }

        return Math.Min(allowed, length);
    }

    /// <summary>Everything before a sequence number was acknowledged.</summary>
    public void OnAcknowledged(uint unacknowledged)
    {
        while (_count > 0 && !TcpSequence.IsAfter(At(0).Until, unacknowledged)) RetireFirst();
        Release();
    }

    /// <summary>Nothing is sent any more.</summary>
    public void Clear()
    {
        while (_count > 0) RetireFirst();
        Release();
    }

    /// <summary>Gives back what no descriptor names any more.</summary>
    public void Release()
    {
        while (_retired.TryPeek(out Retired retired) && IsDone(retired))
        {
            _retired.Dequeue();
            retired.Owner.Released(retired.Piece);
        }
    }

    private void RetireFirst()
    {
        Fragment fragment = At(0);
        At(0) = default;
        _head = (_head + 1) & (_fragments.Length - 1);
        _count--;
        Retire(fragment.Piece, fragment.Owner);
    }

    /// <summary>Gives a piece back when what is posted now is completed.</summary>
    public void Retire(DmaPiece piece, IPieceOwner owner)
    {
        IReadOnlyList<HostPort> ports = kernel.Ports;
        Ring first = RingOf(ports[0]);
        var others = ports.Count > 1 ? new Ring[ports.Count - 1] : [];
        for (int i = 0; i < others.Length; i++) others[i] = RingOf(ports[i + 1]);
        _retired.Enqueue(new(piece, owner, first, others));
    }

    private Ring RingOf(HostPort port)
    {
        if (!IsReading(port)) return default;
        NicTxQueue ring = port.Nic.TxQueue(queue(port));
        return new(ring, ring.Staged);
    }

    private bool IsDone(in Retired retired)
    {
        if (!IsDone(kernel.Ports[0], retired.First)) return false;
        for (int i = 0; i < retired.Others.Length; i++)
        {
            if (!IsDone(kernel.Ports[i + 1], retired.Others[i])) return false;
        }

        return true;
    }

    /// <summary>A card that was taken out of use reads nothing more, and its rings are others when it comes back.</summary>
    private bool IsDone(HostPort port, in Ring ring) =>
        ring.Queue is null || !IsReading(port) || port.Nic.TxQueue(queue(port)) != ring.Queue || unchecked((int)(ring.Until - ring.Queue.Completed)) <= 0;

    private static bool IsReading(HostPort port) => port.Nic.State is NicState.Running or NicState.Stopping;

    /// <summary>Index of the piece that holds a sequence number.</summary>
    private int Find(uint sequence)
    {
        int low = 0;
        int high = _count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (TcpSequence.IsAfter(At(middle).Sequence, sequence)) high = middle - 1;
            else low = middle;
        }

        return low;
    }

    private ref Fragment At(int index) => ref _fragments[(_head + index) & (_fragments.Length - 1)];

    /// <param name="Sequence">TCP sequence number of the first byte.</param>
    /// <param name="Piece">The piece.</param>
    /// <param name="Owner">Who gets it back.</param>
    /// <param name="Until">TCP sequence number that must be acknowledged first.</param>
    private readonly record struct Fragment(uint Sequence, DmaPiece Piece, IPieceOwner Owner, uint Until)
    {
        public uint End => Sequence + (uint)Piece.Length;
    }

    /// <param name="Piece">The piece.</param>
    /// <param name="Owner">Who gets it back.</param>
    /// <param name="First">Ring of the first port.</param>
    /// <param name="Others">Rings of the others.</param>
    private readonly record struct Retired(DmaPiece Piece, IPieceOwner Owner, Ring First, Ring[] Others);

    /// <param name="Queue">The ring; null when the card was out of use.</param>
    /// <param name="Until">Free-running index that it must have completed.</param>
    private readonly record struct Ring(NicTxQueue? Queue, uint Until);
}
