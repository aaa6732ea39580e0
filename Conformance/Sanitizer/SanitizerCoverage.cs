using NicEmu.Spec.Events;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>Notes which kinds of events a recording holds, and so which rules can be judged from it.</summary>
public sealed class SanitizerCoverage
{
    private SanitizerInput _seen;

    /// <summary>Whether every DMA transaction has all its bytes: descriptors that are cut cannot be followed.</summary>
    public bool HasWholeDma { get; private set; } = true;

    /// <summary>Rules that need events which the recording does not hold.</summary>
    public IReadOnlyList<SanitizerRule> NotJudged => [.. SanitizerRules.All.Where(r => (r.Needs & ~Held) != 0)];

    // Refusals and failed tags may be missing because there were none.
    private SanitizerInput Held => (HasWholeDma ? _seen : _seen & ~SanitizerInput.Dma) | ((_seen & SanitizerInput.Registers) != 0 ? SanitizerInput.Refusals | SanitizerInput.Records : 0);

    /// <summary>Notes one event.</summary>
    /// <param name="e">The event.</param>
    /// <param name="dataLength">Bytes of its data that the recording holds.</param>
    public void Note(in TraceEvent e, int dataLength)
    {
        _seen |= InputOf(e.Kind);
        if (e.Kind is TraceEventKind.DmaRead or TraceEventKind.DmaWrite && e.Code == 0 && dataLength != e.Length)
        {
            HasWholeDma = false;
        }
    }

    /// <summary>Whether an event of the recording is of use to the sanitizer.</summary>
    /// <param name="e">The event.</param>
    public bool IsUsable(in TraceEvent e) => HasWholeDma || e.Code != 0 || e.Kind is not (TraceEventKind.DmaRead or TraceEventKind.DmaWrite);

    private static SanitizerInput InputOf(TraceEventKind kind) => kind switch
    {
        TraceEventKind.ConfigRead or TraceEventKind.ConfigWrite => SanitizerInput.Config,
        TraceEventKind.MmioRead or TraceEventKind.MmioWrite => SanitizerInput.Registers,
        TraceEventKind.DmaRead or TraceEventKind.DmaWrite => SanitizerInput.Dma,
        TraceEventKind.InterruptRaised => SanitizerInput.Interrupts,
        TraceEventKind.FrameSent or TraceEventKind.FrameReceived => SanitizerInput.Wire,
        TraceEventKind.HostFrameSent or TraceEventKind.HostFrameReceived => SanitizerInput.HostFrames,
        TraceEventKind.MailboxCommand => SanitizerInput.Mailbox,
        TraceEventKind.ContextInstalled or TraceEventKind.ContextRemoved or TraceEventKind.ResyncStep => SanitizerInput.Contexts,
        TraceEventKind.Completion => SanitizerInput.Completions,
        TraceEventKind.GuestError => SanitizerInput.Refusals,
        TraceEventKind.RecordProtected or TraceEventKind.RecordOpened => SanitizerInput.Records,
        _ => SanitizerInput.None,
    };
}
