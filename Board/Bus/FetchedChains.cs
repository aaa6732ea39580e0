using System.Runtime.InteropServices;
using NicEmu.Driver.Memory;
using NicEmu.Spec.Native;

namespace NicEmu.Board.Bus;

/// <summary>
/// What the card will read for one transmit ring, learnt from the descriptors that it really fetched: a card reads the segments of its descriptors in their order. Those that it
/// leaves out, because it refused or flushed them, are passed over.
/// </summary>
internal sealed class FetchedChains
{
    private const int DescriptorBytes = 64;
    private const int MostPending = 4096;

    private readonly Queue<Segment> _pending = new();
    private readonly byte[] _prefix = new byte[FrameHeaders.MostNeeded];
    private uint _skip;
    private bool _continues;
    private int _at;
    private int _headerLength;
    private uint _skipLeft;

    /// <summary>Notes descriptors as the card got them.</summary>
    public void OnFetched(ReadOnlySpan<byte> descriptors)
    {
        for (; descriptors.Length >= DescriptorBytes; descriptors = descriptors[DescriptorBytes..])
        {
            switch ((TxOpcode)descriptors[0])
            {
                case TxOpcode.Data:
                    Add(MemoryMarshal.Read<DataDescriptor>(descriptors));
                    break;
                case TxOpcode.Replay:
                    ReplayDescriptor replay = MemoryMarshal.Read<ReplayDescriptor>(descriptors);
                    Add(new(replay.Address0, replay.Length0) { IsReplay = true });
                    if (replay.SegmentCount == 2) Add(new Segment(replay.Address1, replay.Length1) { IsReplay = true });
                    break;
                case TxOpcode.Range:
                    _skip = MemoryMarshal.Read<RangeDescriptor>(descriptors).Skip;
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Whether the next segment in order is the one that is read.</summary>
    public bool IsNext(ulong address, int length) => _pending.TryPeek(out Segment next) && next.Is(address, length);

    /// <summary>Whether any segment is the one that is read.</summary>
    public bool Holds(ulong address, int length)
    {
        foreach (Segment segment in _pending)
        {
            if (segment.Is(address, length)) return true;
        }

        return false;
    }

    /// <summary>Counts a segment that was read.</summary>
    /// <param name="meter">Where.</param>
    /// <param name="address">Its address; <see cref="Holds"/> was true.</param>
    /// <param name="data">What was read.</param>
    public void Count(MemoryMeter meter, ulong address, ReadOnlySpan<byte> data)
    {
        Segment segment;
        do
        {
            segment = _pending.Dequeue();
            if (segment.IsFirst) (_at, _headerLength, _skipLeft) = (0, segment.HeaderLength, segment.Skip);
        }
        while (!segment.Is(address, data.Length));

        if (segment.IsReplay)
        {
            Report(meter, MemoryTraffic.ReplayRead, address, data);
            return;
        }

        int headers = HeadersIn(data);
        int skipped = (int)Math.Min(_skipLeft, data.Length - headers);
        _skipLeft -= (uint)skipped;
        _at += data.Length;
        Report(meter, MemoryTraffic.Metadata, address, data[..headers]);
        Report(meter, MemoryTraffic.ReplayRead, address + (uint)headers, data.Slice(headers, skipped));
        Report(meter, MemoryTraffic.NicRead, address + (uint)(headers + skipped), data[(headers + skipped)..]);
    }

    private static void Report(MemoryMeter meter, MemoryTraffic kind, ulong address, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return;
        meter.OnRead(kind, address, data);
        if (kind != MemoryTraffic.Metadata && meter.Find(address) is null) meter.Count(MemoryEvent.UnmeteredPayloadBytes, data.Length);
    }

    private void Add(in DataDescriptor data)
    {
        bool isFirst = !_continues;
        _continues = (data.Flags & TxFlags.More) != 0;
        Add(new Segment(data.Address0, data.Length0) { IsFirst = isFirst, HeaderLength = data.HeaderLength, Skip = isFirst ? _skip : 0 });
        if (data.SegmentCount == 2) Add(new Segment(data.Address1, data.Length1));
        if (isFirst) _skip = 0;
    }

    private void Add(Segment segment)
    {
        if (_pending.Count == MostPending) _pending.Dequeue();
        _pending.Enqueue(segment);
    }

    /// <summary>How many of a segment's bytes are headers of its frame. Where the descriptor does not say, the frame does.</summary>
    private int HeadersIn(ReadOnlySpan<byte> data)
    {
        if (_headerLength == FrameHeaders.Unknown && _at < _prefix.Length)
        {
            int more = Math.Min(data.Length, _prefix.Length - _at);
            data[..more].CopyTo(_prefix.AsSpan(_at));
            _headerLength = FrameHeaders.LengthOf(_prefix.AsSpan(0, _at + more));
        }

        return _headerLength > 0 ? Math.Clamp(_headerLength - _at, 0, data.Length) : data.Length;
    }

    private readonly record struct Segment(ulong Address, uint Length)
    {
        public bool IsReplay { get; init; }

        public bool IsFirst { get; init; }

        public int HeaderLength { get; init; }

        public uint Skip { get; init; }

        public bool Is(ulong address, int length) => Address == address && Length == length;
    }
}
