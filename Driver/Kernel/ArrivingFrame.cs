using NicEmu.Driver.Nic;

namespace NicEmu.Driver.Kernel;

/// <summary>Where a received frame lies.</summary>
/// <param name="Queue">Receive queue whose buffer holds it; null for a frame that was joined of several, which lies in no buffer.</param>
/// <param name="Shift">Bytes that the stack's frame has more than the buffer's: a tag that was put back.</param>
internal readonly record struct ArrivingFrame(NicRxQueue? Queue, int Shift);
