using NicEmu.Conformance.Sanitizer.Rules;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>Which rule explains which refusal by the card.</summary>
internal static class RefusalRules
{
    /// <summary>The rule that a refusal tells of; null when another event tells the same more precisely.</summary>
    public static SanitizerRule? Of(in TraceEvent e, QueueSet queues) => (GuestErrorCode)e.Code switch
    {
        GuestErrorCode.UnknownRegister => MmioRules.UnknownRegister,
        GuestErrorCode.UnalignedAccess => MmioRules.Unaligned,
        GuestErrorCode.IllegalWrite => MmioRules.ReadOnlyWrite,
        GuestErrorCode.MemorySpaceDisabled => MmioRules.MemorySpaceOff,
        GuestErrorCode.NotBusMaster => e.Text == "interrupt" ? LifecycleRules.InterruptNotMaster : RingRules.NotBusMaster,
        GuestErrorCode.DmaFault => RingRules.DmaUnmapped,
        GuestErrorCode.DoorbellRange => queues.WhatIsWrongWithTail(IsTransmit(e), e.Index, (uint)e.Value),
        GuestErrorCode.QueueConfiguration => e.Text == "queue is enabled" || e.Text == "enabled again while being flushed" ? RingRules.QueueReconfigured : RingRules.QueueSetup,
        // Chains and receive buffers are judged by their completions.
        GuestErrorCode.DescriptorMalformed => e.Text is "descriptor" or "MSS, length or offloads out of range" ? RingRules.DescriptorMalformed : null,
        GuestErrorCode.FrameMalformed => e.Text == "the frame exceeds the MTU" ? RingRules.TooLong : RingRules.HeadersMalformed,
        GuestErrorCode.ConsumerIndex => RingRules.ConsumerIndex,
        GuestErrorCode.Mailbox => e.Text == "GO while BUSY" ? MmioRules.MailboxBusy : null,
        GuestErrorCode.StaleHandle or GuestErrorCode.TlsSequence => null,
        _ => MmioRules.UnknownRegister,
    };

    /// <summary>What the refusal is about; the same text as in other findings about it.</summary>
    public static string Subject(in TraceEvent e, QueueSet queues) => (GuestErrorCode)e.Code switch
    {
        GuestErrorCode.DmaFault => $"0x{e.Address:X}",
        GuestErrorCode.Mailbox => "mailbox",
        GuestErrorCode.DoorbellRange or GuestErrorCode.ConsumerIndex => $"{(IsTransmit(e) ? "TXQ" : "RXQ")}{e.Index}",
        GuestErrorCode.FrameMalformed or GuestErrorCode.DescriptorMalformed => e.Handle == 0 ? $"TXQ{e.Index}" : $"handle 0x{e.Handle:X16}",
        GuestErrorCode.NotBusMaster => "function",
        GuestErrorCode.QueueConfiguration => $"queue {e.Index}",
        _ => RegisterPlaces.Find(e.Index, e.Address) is { } place ? place.Name : $"BAR{e.Index}+0x{e.Address:X}",
    };

    public static bool IsOfMailbox(in TraceEvent e) => (GuestErrorCode)e.Code == GuestErrorCode.Mailbox;

    private static bool IsTransmit(in TraceEvent e) => e.Address < NativeMap.Doorbell.RxTail.Offset;
}
