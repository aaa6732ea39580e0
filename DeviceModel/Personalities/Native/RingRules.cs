using NicEmu.Spec.Native;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>Where rings may lie.</summary>
internal static class RingRules
{
    private const ulong Alignment = 4096;

    /// <summary>Whether a ring may lie at an address: aligned, of an allowed size, and not past the end of the address space.</summary>
    /// <param name="address">Bus address of entry 0.</param>
    /// <param name="log2">Entries as a power of two.</param>
    /// <param name="entryBytes">Length of an entry.</param>
    public static bool IsAllowed(ulong address, int log2, int entryBytes) =>
        address % Alignment == 0
        && log2 is >= NativeDevice.MinRingLog2 and <= NativeDevice.MaxRingLog2
        && address <= ulong.MaxValue - (((ulong)entryBytes << log2) - 1);
}
