namespace NicEmu.Driver.Kernel;

/// <summary>A file in the page cache: pages that a sender may copy from, or refer to until TCP has had them acknowledged. It may change at any time.</summary>
public sealed class PageCacheFile
{
    /// <summary>Bytes of a page.</summary>
    public const int PageBytes = 4096;

    private readonly byte[][] _pages;

    /// <summary>Creates a file.</summary>
    /// <param name="content">Its bytes.</param>
    public PageCacheFile(ReadOnlySpan<byte> content)
    {
        Length = content.Length;
        _pages = new byte[(content.Length + PageBytes - 1) / PageBytes][];
        for (int i = 0; i < _pages.Length; i++) _pages[i] = new byte[PageBytes];
        Write(0, content);
    }

    /// <summary>Bytes of the file.</summary>
    public int Length { get; }

    /// <summary>Reads what the file holds now.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Receives the bytes, which lie within the file.</param>
    public void Read(int offset, Span<byte> destination)
    {
        Check(offset, destination.Length);
        while (destination.Length > 0)
        {
            ReadOnlySpan<byte> page = _pages[offset / PageBytes].AsSpan(offset % PageBytes);
            int part = Math.Min(page.Length, destination.Length);
            page[..part].CopyTo(destination);
            destination = destination[part..];
            offset += part;
        }
    }

    /// <summary>Changes the file.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="content">New bytes, which lie within the file.</param>
    public void Write(int offset, ReadOnlySpan<byte> content)
    {
        Check(offset, content.Length);
        while (content.Length > 0)
        {
            Span<byte> page = _pages[offset / PageBytes].AsSpan(offset % PageBytes);
            int part = Math.Min(page.Length, content.Length);
            content[..part].CopyTo(page);
            content = content[part..];
            offset += part;
        }
    }

    private void Check(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
    }
}
