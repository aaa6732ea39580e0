using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;
using NicEmu.Spec.Registers;

namespace NicEmu.Board.Sessions;

/// <summary>Counters of one machine at the end of a transfer.</summary>
/// <param name="Card">The card's own, by the manual's names.</param>
/// <param name="Ktls">Kernel TLS of the host.</param>
/// <param name="TxState">Where sending was protected.</param>
/// <param name="RxState">Where receiving was protected.</param>
/// <param name="TxFallback">Why sending was protected in software.</param>
/// <param name="RxFallback">Why receiving was protected in software.</param>
/// <param name="FramesSent">Frames that the TCP/IP stack handed out; one that the card cuts counts once.</param>
/// <param name="SegmentsRetransmitted">TCP segments handed out again.</param>
/// <param name="GuestErrors">Mistakes of the driver that the card noticed.</param>
/// <param name="InterruptsDelivered">Interrupts.</param>
/// <param name="InterruptsMisrouted">Interrupt messages that no handler was registered for.</param>
public sealed record MachineStatistics(
    IReadOnlyDictionary<string, ulong> Card,
    KtlsCounters Ktls,
    KtlsState TxState,
    KtlsState RxState,
    KtlsFallbackReason TxFallback,
    KtlsFallbackReason RxFallback,
    long FramesSent,
    long SegmentsRetransmitted,
    long GuestErrors,
    long InterruptsDelivered,
    long InterruptsMisrouted)
{
    internal static MachineStatistics Of(NicBoard board, HostKernel host, HostSocket? socket)
    {
        // In the manual's order; the card is asked through its registers, as a driver would.
        Dictionary<string, ulong> card = [];
        foreach (Register register in NativeMap.Statistics.Registers)
        {
            if (register.PairName is { } name && host.Nic.State == NicState.Running)
            {
                card.Add(name, host.Nic.ReadCounter(register));
            }
        }

        long sent = socket is null ? 0 : host.Stack.Statistics.FramesSent;
        long again = socket is null ? 0 : host.Stack.Statistics.SegmentsRetransmitted;
        return new MachineStatistics(card, host.Counters, socket?.TxState ?? KtlsState.None, socket?.RxState ?? KtlsState.None, socket?.TxFallbackReason ?? KtlsFallbackReason.None, socket?.RxFallbackReason ?? KtlsFallbackReason.None, sent, again, board.Trace.GuestErrors, board.Bus.InterruptsDelivered, board.Bus.InterruptsMisrouted);
    }
}
