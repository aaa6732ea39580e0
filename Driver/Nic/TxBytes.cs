namespace NicEmu.Driver.Nic;

/// <summary>Bytes to send: in a span, to be copied when they are posted, or in pieces of memory that the card reads itself.</summary>
public readonly ref struct TxBytes
{
    private readonly ReadOnlySpan<byte> _span;
    private readonly ReadOnlySpan<DmaPiece> _pieces;
    private readonly IDmaReader? _reader;

    /// <summary>Bytes of the first piece that lie before these.</summary>
    private readonly int _skip;

    /// <summary>Bytes in a span.</summary>
    /// <param name="span">The bytes.</param>
    public TxBytes(ReadOnlySpan<byte> span)
    {
        _span = span;
        Length = span.Length;
    }

    /// <summary>Bytes in memory that the card reads. It stays as it is until the descriptors that name it are completed.</summary>
    /// <param name="pieces">Where they lie, in order.</param>
    /// <param name="reader">Loads them for the processor.</param>
    public TxBytes(ReadOnlySpan<DmaPiece> pieces, IDmaReader reader)
    {
        _pieces = pieces;
        _reader = reader;
        foreach (DmaPiece piece in pieces) Length += piece.Length;
    }

    private TxBytes(ReadOnlySpan<DmaPiece> pieces, IDmaReader reader, int skip, int length)
    {
        _pieces = pieces;
        _reader = reader;
        _skip = skip;
        Length = length;
    }

    /// <summary>Bytes.</summary>
    public int Length { get; }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>Whether they lie in pieces, which are named and not copied.</summary>
    public bool IsReference => _reader is not null;

    /// <summary>Pieces that they lie in; 1 for a span.</summary>
    public int PieceCount
    {
        get
        {
            if (!IsReference) return 1;
            int count = 0;
            for (int left = Length + _skip; left > 0; count++) left -= _pieces[count].Length;
            return count;
        }
    }

    /// <summary>The bytes where they lie in a span; nothing where they lie in pieces.</summary>
    public ReadOnlySpan<byte> Span => _span;

    /// <summary>Where the first bytes lie, as far as one piece goes.</summary>
    /// <param name="maximum">Most bytes that are wanted, at least 1.</param>
    /// <exception cref="InvalidOperationException">They do not lie in pieces, or there are none.</exception>
    public DmaPiece FirstPiece(int maximum)
    {
        if (!IsReference || IsEmpty) throw new InvalidOperationException("No piece.");
        DmaPiece first = _pieces[0];
        return new(first.Address + (uint)_skip, Math.Min(Math.Min(first.Length - _skip, Length), maximum));
    }

    /// <summary>A part of them.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is no part of them.</exception>
    public TxBytes Slice(int start, int length)
    {
        if (!IsReference) return new(_span.Slice(start, length));
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if ((uint)start > (uint)Length || length > Length - start) throw new ArgumentOutOfRangeException(nameof(start), start, "Not a part.");
        int skip = _skip + start;
        int at = 0;
        while (at < _pieces.Length && skip >= _pieces[at].Length) skip -= _pieces[at++].Length;
        return new(_pieces[at..], _reader!, skip, length);
    }

    /// <summary>Copies them; out of pieces, the processor loads each.</summary>
    /// <param name="destination">Receives them; at least as long.</param>
    public void CopyTo(Span<byte> destination)
    {
        _span.CopyTo(destination);
        TxBytes rest = this;
        while (rest.IsReference && !rest.IsEmpty)
        {
            DmaPiece piece = rest.FirstPiece(int.MaxValue);
            _reader!.Read(piece.Address, destination[..piece.Length]);
            destination = destination[piece.Length..];
            rest = rest[piece.Length..];
        }
    }

    /// <summary>A copy of them.</summary>
    public byte[] ToArray()
    {
        byte[] copy = new byte[Length];
        CopyTo(copy);
        return copy;
    }

    /// <summary>Bytes in a span.</summary>
    /// <param name="span">The bytes.</param>
    public static implicit operator TxBytes(ReadOnlySpan<byte> span) => new(span);

    /// <summary>Bytes in a span.</summary>
    /// <param name="span">The bytes.</param>
    public static implicit operator TxBytes(Span<byte> span) => new(span);

    /// <summary>Bytes in an array.</summary>
    /// <param name="array">The bytes.</param>
    public static implicit operator TxBytes(byte[]? array) => new(array);
}
