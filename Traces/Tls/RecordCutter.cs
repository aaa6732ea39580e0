using System.Buffers.Binary;

namespace NicEmu.Traces.Tls;

/// <summary>Cuts a stream into TLS records. A hole inside a record costs that record only: its header tells where the next begins. A hole over a header ends the walk.</summary>
internal sealed class RecordCutter
{
    /// <summary>Greatest length field that any version allows: 2^14 + 2048 (RFC 5246 §6.2.3).</summary>
    private const int MaxLengthField = (1 << 14) + 2048;

    private readonly TcpDirection _direction;
    private readonly List<StreamRun> _runs;

    public RecordCutter(TcpDirection direction)
    {
        _direction = direction;
        _runs = direction.Assemble();
    }

    public List<RecordCut> Records { get; } = [];

    /// <summary>Why the walk ended before the last byte; null when it did not.</summary>
    public string? Stopped { get; private set; }

    /// <summary>Bytes of the capture behind the place where it stopped.</summary>
    public long Unread { get; private set; }

    /// <summary>Whether the stream begins like TLS: the header of a handshake, alert, change_cipher_spec or application data record.</summary>
    public bool LooksLikeTls => _runs.Count > 0 && _runs[0].Data.Length >= 5 && IsHeader(_runs[0].Data);

    public void Run()
    {
        long at = _runs.Count == 0 ? 0 : _runs[0].Offset;
        int done = 0;
        Span<byte> header = stackalloc byte[5];
        if (_runs.Count > 0 && at > 0)
        {
            Stopped = $"bytes 0 to {at} of the stream are not in the capture, and with them the place where the first record begins";
            Unread = _runs.Sum(r => (long)r.Data.Length);
            return;
        }

        while (_runs.Count > 0 && at < _runs[^1].End)
        {
            if (Copy(at, header) < 5)
            {
                Stop(at, at + 5 > _runs[^1].End ? $"the capture ends within the record header at offset {at}"
                    : $"the record header at offset {at} is not in the capture, so nobody can tell where later records begin");
                return;
            }

            if (!IsHeader(header))
            {
                Stop(at, $"the bytes at offset {at} are no TLS record header ({Convert.ToHexStringLower(header)})");
                return;
            }

            int length = 5 + BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
            byte[] bytes = new byte[length];
            int got = Copy(at, bytes);
            (IReadOnlyList<int> frames, int last) = FramesOf(at, at + length);
            done = Math.Max(done, last);
            // A bare null would become an empty memory.
            ReadOnlyMemory<byte>? whole = got == length ? bytes : default(ReadOnlyMemory<byte>?);
            Records.Add(new RecordCut(at, header.ToArray(), whole, length - got, frames, done));
            at += length;
        }
    }

    private void Stop(long at, string why)
    {
        Stopped = why;
        Unread = _runs.Sum(r => Math.Max(0, r.End - Math.Max(at, r.Offset)));
    }

    private static bool IsHeader(ReadOnlySpan<byte> header) =>
        header[0] is >= 20 and <= 24 && header[1] == 3 && header[2] <= 4 && BinaryPrimitives.ReadUInt16BigEndian(header[3..]) <= MaxLengthField;

    /// <summary>Copies what the capture has of a range; returns how many bytes that is.</summary>
    private int Copy(long start, Span<byte> target)
    {
        int got = 0;
        for (int i = FirstRunBehind(start); i < _runs.Count && _runs[i].Offset < start + target.Length; i++)
        {
            long from = Math.Max(start, _runs[i].Offset);
            long to = Math.Min(start + target.Length, _runs[i].End);
            _runs[i].Data.AsSpan((int)(from - _runs[i].Offset), (int)(to - from)).CopyTo(target[(int)(from - start)..]);
            got += (int)(to - from);
        }

        return got;
    }

    private int FirstRunBehind(long start)
    {
        int low = 0;
        int high = _runs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_runs[middle].End <= start)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private (IReadOnlyList<int> Frames, int Last) FramesOf(long start, long end)
    {
        SortedSet<int> frames = [];
        // Complete is the record with the latest of the first deliveries; a repetition behind that changes nothing.
        long covered = start;
        int last = 0;
        foreach (StreamPiece piece in _direction.Carrying(start, end).OrderBy(p => p.Frame))
        {
            frames.Add(piece.Frame);
        }

        foreach (StreamPiece piece in _direction.Carrying(start, end))
        {
            if (piece.End > covered)
            {
                covered = piece.End;
                last = Math.Max(last, piece.Frame);
            }
        }

        return ([.. frames], last);
    }
}
