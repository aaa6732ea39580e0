namespace NicEmu.Firmware.Toe;

/// <summary>Names of connections and listeners: index (bits 15..0), kind (23..16), number (63..24). A number is never given twice while the engine runs, so a past name names nothing.</summary>
internal static class ToeHandles
{
    public const int Connection = 1;

    public const int Listener = 2;

    private const int KindShift = 16;
    private const int NumberShift = 24;

    public static ulong Of(int kind, int index, ulong number) => (number << NumberShift) | ((ulong)kind << KindShift) | (uint)index;

    public static int KindOf(ulong handle) => (int)(handle >> KindShift) & 0xFF;

    public static int IndexOf(ulong handle) => (int)(handle & 0xFFFF);
}
