using NicEmu.Spec.Tls;

namespace NicEmu.Traces;

/// <summary>
/// Remembers for every direction of every TCP connection which byte stood at which sequence number, and reports each byte range that is sent
/// again, identical or not: under TLS a retransmission with other bytes means that a nonce was used twice. Memory use is about nine eighths of the bytes seen.
/// </summary>
public sealed class SequenceByteMap
{
    private readonly Dictionary<TcpFlow, Stream> _streams = [];
    private readonly List<RetransmittedRange> _retransmissions = [];

    /// <summary>Every range that was sent again, in the order of the segments.</summary>
    public IReadOnlyList<RetransmittedRange> Retransmissions => _retransmissions;

    /// <summary>Whether no range differed from what was sent first.</summary>
    public bool AllIdentical { get; private set; } = true;

    /// <summary>Number of distinct payload bytes seen.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes a frame. Frames without TCP payload change nothing, but a SYN with a new sequence number starts its flow anew.</summary>
    /// <param name="frame">Ethernet frame; any bytes.</param>
    /// <param name="timeNs">Its time in nanoseconds.</param>
    public void Add(ReadOnlySpan<byte> frame, long timeNs)
    {
        if (!TcpFrame.TryParse(frame, out TcpFrame segment))
        {
            return;
        }

        uint sequence = segment.IsSyn ? unchecked(segment.Sequence + 1) : segment.Sequence; // SYN takes a sequence number
        if (!_streams.TryGetValue(segment.Flow, out Stream? stream) || (segment.IsSyn && stream.Initial != sequence))
        {
            _streams[segment.Flow] = stream = new Stream(sequence);
        }

        AddPayload(segment.Flow, stream, sequence, segment.Payload, timeNs);
    }

    /// <summary>Takes all frames of a trace's Ethernet interfaces.</summary>
    /// <param name="trace">The trace, read to its end.</param>
    /// <exception cref="TraceFormatException">The file is damaged.</exception>
    public void AddAll(TraceFile trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        while (trace.TryRead(out TraceEntry? entry))
        {
            if (entry.LinkType == LinkTypes.Ethernet)
            {
                Add(entry.Data.Span, entry.TimeNs);
            }
        }
    }

    private void AddPayload(TcpFlow flow, Stream stream, uint sequence, ReadOnlySpan<byte> payload, long timeNs)
    {
        long position = stream.PositionOf(sequence);
        uint rangeStart = sequence;
        int rangeLength = 0;
        uint? difference = null;
        while (!payload.IsEmpty)
        {
            SequencePage page = stream.PageAt(position);
            int within = (int)(position & (SequencePage.Size - 1));
            int run = page.Run(within, Math.Min(payload.Length, SequencePage.Size - within), out bool known);
            ReadOnlySpan<byte> part = payload[..run];
            if (known)
            {
                int same = part.CommonPrefixLength(page.Slice(within, run));
                if (same < run)
                {
                    difference ??= unchecked(sequence + (uint)same);
                }

                rangeLength += run;
            }
            else
            {
                Report(flow, rangeStart, rangeLength, timeNs, difference);
                page.Store(within, part);
                Bytes += run;
                rangeStart = unchecked(sequence + (uint)run);
                rangeLength = 0;
                difference = null;
            }

            payload = payload[run..];
            position += run;
            sequence = unchecked(sequence + (uint)run);
        }

        stream.Advance(position);
        Report(flow, rangeStart, rangeLength, timeNs, difference);
    }

    private void Report(TcpFlow flow, uint start, int length, long timeNs, uint? difference)
    {
        if (length > 0)
        {
            _retransmissions.Add(new RetransmittedRange(flow, start, length, timeNs, difference));
            AllIdentical &= difference is null;
        }
    }

    /// <summary>One direction. Positions count from the first sequence number in 64 bits, so that streams may be longer than 4 GiB.</summary>
    private sealed class Stream(uint initial)
    {
        private readonly Dictionary<long, SequencePage> _pages = [];
        private long _highest;

        public uint Initial => initial;

        public long PositionOf(uint sequence) => _highest + TcpSequence.Distance(unchecked(initial + (uint)_highest), sequence);

        public void Advance(long position) => _highest = Math.Max(_highest, position);

        public SequencePage PageAt(long position)
        {
            long number = position >> 12;
            if (!_pages.TryGetValue(number, out SequencePage? page))
            {
                _pages.Add(number, page = new SequencePage());
            }

            return page;
        }
    }
}
