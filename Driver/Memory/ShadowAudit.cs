namespace NicEmu.Driver.Memory;

/// <summary>
/// Keeps a second image of all metered memory, built from nothing but the writes that were counted, and demands that every counted read got the bytes of that image, and that the
/// image is what memory holds. A write that was counted and not made, and one that was made and not counted, make the two differ.
/// </summary>
/// <param name="meter">Whose accesses; make the audit its <see cref="MemoryMeter.Observer"/> before the first of them.</param>
public sealed class ShadowAudit(MemoryMeter meter) : IMemoryObserver
{
    private readonly Dictionary<MeteredRegion, byte[]> _images = [];

    /// <summary>The first difference; null when there is none.</summary>
    public string? Failure { get; private set; }

    /// <summary>Bytes of reads that were compared.</summary>
    public long BytesCompared { get; private set; }

    /// <inheritdoc/>
    public void OnRead(MemoryTraffic kind, ulong address, ReadOnlySpan<byte> data)
    {
        if (meter.Find(address) is not { } region) return;
        BytesCompared += data.Length;
        int offset = (int)(address - region.BusAddress);
        ReadOnlySpan<byte> image = ImageOf(region).AsSpan(offset, data.Length);
        if (!data.SequenceEqual(image)) Failure ??= $"{kind}: {region.Name}, byte {offset + data.CommonPrefixLength(image)}: what was read was never written there.";
    }

    /// <inheritdoc/>
    public void OnWrite(MemoryTraffic kind, ulong address, ReadOnlySpan<byte> data)
    {
        if (meter.Find(address) is not { } region) return;
        data.CopyTo(ImageOf(region).AsSpan((int)(address - region.BusAddress)));
    }

    /// <summary>Compares all memory with its image.</summary>
    /// <returns>The first difference of the run; null when there is none.</returns>
    public string? Finish()
    {
        foreach (MeteredRegion region in meter.Regions)
        {
            ReadOnlySpan<byte> image = ImageOf(region);
            ReadOnlySpan<byte> real = region.Audited;
            if (!real.SequenceEqual(image)) Failure ??= $"{region.Name}, byte {real.CommonPrefixLength(image)}: memory is not what the counted writes made it.";
        }

        return Failure;
    }

    private byte[] ImageOf(MeteredRegion region)
    {
        if (!_images.TryGetValue(region, out byte[]? image)) _images[region] = image = new byte[region.Length];
        return image;
    }
}
