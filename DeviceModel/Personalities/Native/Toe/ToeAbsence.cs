using NicEmu.Spec.Events;
using NicEmu.Spec.Native;

namespace NicEmu.DeviceModel.Personalities.Native.Toe;

/// <summary>The registers of the TCP offload engine on a card that has none: the engine cannot be enabled.</summary>
internal static class ToeAbsence
{
    /// <summary>Connects the registers.</summary>
    /// <param name="registers">The registers.</param>
    /// <param name="trace">Where mistakes of the guest are reported.</param>
    public static void Connect(NativeRegisters registers, TraceSource trace) => registers.Toe.OnWrite(NativeMap.Toe.Control, (_, _, after) =>
    {
        registers.Toe[NativeMap.Toe.Control] = 0;
        if (NativeMap.Toe.Enable.Extract(after) != 0)
        {
            registers.Toe[NativeMap.Toe.Error] = (uint)QueueError.Configuration;
            trace.GuestError(GuestErrorCode.QueueConfiguration, "this card has no TCP offload engine", NativeMap.Toe.OffsetOf(NativeMap.Toe.Control), after);
        }
    });
}
