namespace NicEmu.Driver.Memory;

/// <summary>The page cache of a host: files whose pages storage brings when they are asked for, and which then stay.</summary>
/// <param name="pool">The pages.</param>
public sealed class PageCache(PagePool pool)
{
    /// <summary>The pages.</summary>
    public PagePool Pool => pool;

    /// <summary>Opens a file of which a part is in memory from the start.</summary>
    /// <param name="storage">Holds its content; the whole device is the file.</param>
    /// <param name="hitRatio">Share of the pages that are in memory, 0 to 1, rounded to whole pages. They lie anywhere.</param>
    /// <param name="seed">Decides which.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ratio is none.</exception>
    public CachedFile Open(Storage storage, double hitRatio = 0, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(storage);
        if (!(hitRatio is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(hitRatio), hitRatio, "A ratio lies between 0 and 1.");
        var file = new CachedFile(storage, pool);
        var order = new int[file.PageCount];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        int resident = (int)Math.Round(hitRatio * order.Length, MidpointRounding.AwayFromZero);
        for (int i = 0; i < resident; i++)
        {
            // The first steps of a shuffle: each page is as likely as every other.
            ulong draw = StorageContent.Mix(seed + ((ulong)(i + 1) * 0x9E37_79B9_7F4A_7C15));
            int other = i + (int)(((UInt128)draw * (uint)(order.Length - i)) >> 64);
            (order[i], order[other]) = (order[other], order[i]);
            file.Preload(order[i]);
        }

        return file;
    }
}
