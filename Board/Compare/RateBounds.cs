namespace NicEmu.Board.Compare;

/// <summary>Rates that a machine cannot exceed on a data path, from counted bytes and assumed limits. They are bounds, never predictions of a rate.</summary>
public static class RateBounds
{
    /// <summary>Memory bandwidth assumed, in 10^9 bytes per second: what the published machine of 2021 could use of eight channels of DDR4-3200.</summary>
    public const double MemoryGBps = 150;

    /// <summary>Memory bytes for each byte served that are not payload, as published figures at 90 to 191 Gb/s suggest; the emulator's metadata are only its card's.</summary>
    public const double OtherBytesPerByte = 1;

    /// <summary>What a PCI Express Gen4 x16 port carries after packet headers, in 10^9 bytes per second.</summary>
    public const double PcieGBps = 29;

    /// <summary>Bytes of one read request of a card.</summary>
    public const int ReadRequestBytes = 512;

    /// <summary>Time from a read request to its answer, in nanoseconds.</summary>
    public const double RoundTripNs = 1100;

    /// <summary>Payload rate in Gb/s at which memory is full.</summary>
    /// <param name="row">A path.</param>
    public static double ByMemory(PathResult row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return 8 * MemoryGBps / (row.K + OtherBytesPerByte);
    }

    /// <summary>Payload rate in Gb/s at which the card's port is full.</summary>
    /// <param name="row">A path.</param>
    public static double ByPort(PathResult row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return 8 * PcieGBps / CardBytesPerByte(row);
    }

    /// <summary>Payload rate in Gb/s of one card at which all its outstanding reads are in use.</summary>
    /// <param name="row">A path.</param>
    /// <param name="tags">Reads that may be outstanding.</param>
    public static double ByTags(PathResult row, int tags)
    {
        ArgumentNullException.ThrowIfNull(row);
        return 8 * tags * ReadRequestBytes / RoundTripNs / CardBytesPerByte(row);
    }

    private static double CardBytesPerByte(PathResult row) =>
        row.PerByte(Driver.Memory.MemoryTraffic.NicRead) + row.PerByte(Driver.Memory.MemoryTraffic.NicWrite) + row.PerByte(Driver.Memory.MemoryTraffic.ReplayRead);
}
