using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;

namespace NicEmu.Driver.Paths;

/// <summary>Metered memory that sockets take for what they have to hold themselves. Several sockets may share it.</summary>
public sealed class PathMemory : IPieceOwner
{
    /// <summary>Headers and tags of one record, apart from each other.</summary>
    public const int FrameBytes = 64;

    private readonly Stack<int> _frames;

    /// <summary>Takes memory over.</summary>
    /// <param name="reader">Loads bytes of any piece, metered.</param>
    /// <param name="pages">Pages for bytes that are copied.</param>
    /// <param name="frames">Memory for headers and tags of records, 64 bytes for each record that is not acknowledged.</param>
    public PathMemory(IDmaReader reader, PagePool pages, MeteredRegion frames)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(pages);
        ArgumentNullException.ThrowIfNull(frames);
        (Reader, Pages, Frames) = (reader, pages, frames);
        _frames = new(frames.Length / FrameBytes);
        for (int i = (frames.Length / FrameBytes) - 1; i >= 0; i--) _frames.Push(i);
    }

    /// <summary>Loads bytes of any piece.</summary>
    public IDmaReader Reader { get; }

    /// <summary>Pages for bytes that are copied.</summary>
    public PagePool Pages { get; }

    /// <summary>Memory for headers and tags of records.</summary>
    public MeteredRegion Frames { get; }

    /// <summary>Records whose headers and tags can be written now.</summary>
    public int FreeFrames => _frames.Count;

    /// <inheritdoc/>
    public void Released(DmaPiece piece)
    {
        if (Pages.Memory.Contains(piece.Address))
        {
            Pages.Release(Pages.PageAt(piece.Address));
            return;
        }

        // The tag lies in the second half, and is the last of a record to be released.
        int place = (int)(piece.Address - Frames.BusAddress);
        if (place % FrameBytes != 0) _frames.Push(place / FrameBytes);
    }

    /// <summary>Stores a part of bytes in a page, from its first byte on.</summary>
    /// <param name="bytes">The bytes; as many are taken as fit.</param>
    /// <param name="piece">Receives where they lie, with one reference.</param>
    /// <param name="kind">How they are stored.</param>
    /// <returns>False when no page is free.</returns>
    internal bool TryStore(ReadOnlySpan<byte> bytes, out DmaPiece piece, StoreKind kind = StoreKind.Ordinary)
    {
        piece = default;
        if (!Pages.TryRent(out int page)) return false;
        int length = Math.Min(bytes.Length, PagePool.PageBytes);
        Pages.Memory.Write(page * PagePool.PageBytes, bytes[..length], kind);
        piece = new(Pages.Memory.Address(page * PagePool.PageBytes), length);
        return true;
    }

    /// <summary>Stores what stands before and behind a record's content.</summary>
    /// <param name="prefix">Header and explicit nonce, at least 1 byte.</param>
    /// <param name="trailer">Inner content type and placeholder of the tag, at least 1 byte.</param>
    /// <returns>Their pieces; null when no room is left.</returns>
    internal (DmaPiece Prefix, DmaPiece Trailer)? TryFrame(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> trailer)
    {
        if (!_frames.TryPop(out int frame)) return null;
        int first = frame * FrameBytes;
        int second = first + (FrameBytes / 2);
        Frames.WriteMetadata(first, prefix);
        Frames.WriteMetadata(second, trailer);
        return (new(Frames.Address(first), prefix.Length), new(Frames.Address(second), trailer.Length));
    }
}
