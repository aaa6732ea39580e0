namespace NicEmu.Net;

/// <summary>The finaliser of SplitMix64: spreads a seed over initial sequence numbers, time-stamp offsets and ports. Not a cipher.</summary>
internal static class Scrambler
{
    public static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E37_79B9_7F4A_7C15;
            value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
            value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
            return value ^ (value >> 31);
        }
    }
}
