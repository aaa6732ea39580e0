using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;

namespace NicEmu.Driver.Paths;

/// <summary>Pages that a socket holds bytes in until they are acknowledged.</summary>
/// <param name="pool">Where they come from.</param>
internal sealed class SocketPages(PagePool pool) : IPieceOwner
{
    /// <summary>The memory.</summary>
    public MeteredRegion Memory => pool.Memory;

    /// <summary>Takes pages for so many bytes, from the first byte of each page on.</summary>
    /// <returns>Their parts in order; null when there are not enough, with none taken.</returns>
    public DmaPiece[]? TryTake(int length)
    {
        int count = (length + PagePool.PageBytes - 1) / PagePool.PageBytes;
        if (pool.Free < count) return null;
        var pieces = new DmaPiece[count];
        for (int i = 0; i < count; i++)
        {
            pool.TryRent(out int page);
            pieces[i] = new(pool.Memory.Address(page * PagePool.PageBytes), Math.Min(PagePool.PageBytes, length - (i * PagePool.PageBytes)));
        }

        return pieces;
    }

    /// <summary>A processor copies bytes there: one copy.</summary>
    public void CopyFrom(MeteredRegion source, int offset, ReadOnlySpan<DmaPiece> pieces)
    {
        bool first = true;
        foreach (DmaPiece piece in pieces)
        {
            source.CopyTo(offset, Memory, PlaceOf(piece), piece.Length, StoreKind.Ordinary, countsAsCopy: first);
            (offset, first) = (offset + piece.Length, false);
        }
    }

    /// <summary>A part of what pieces hold.</summary>
    public static DmaPiece[] Slice(ReadOnlySpan<DmaPiece> pieces, int start, int length)
    {
        List<DmaPiece> part = [];
        foreach (DmaPiece piece in pieces)
        {
            int skip = Math.Min(start, piece.Length);
            int take = Math.Min(piece.Length - skip, length);
            if (take > 0) part.Add(new(piece.Address + (uint)skip, take));
            (start, length) = (start - skip, length - take);
        }

        return [.. part];
    }

    /// <inheritdoc/>
    public void Released(DmaPiece piece) => pool.Release(pool.PageAt(piece.Address));

    private int PlaceOf(DmaPiece piece) => (int)(piece.Address - Memory.BusAddress);
}
