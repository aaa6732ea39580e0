using NicEmu.Conformance.Sanitizer.Rules;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>Which rule explains which status of the card.</summary>
internal static class StatusRules
{
    /// <summary>The rule that a refused transmit descriptor breaks; null for success, and where the descriptor itself tells more.</summary>
    public static SanitizerRule? Of(TxStatus status) => status switch
    {
        TxStatus.NotInSequence => TlsRules.NotInSequence,
        TxStatus.ContextInvalid => TlsRules.NoContext,
        TxStatus.KeyStale => TlsRules.StaleHandle,
        TxStatus.RecordMalformed => TlsRules.RecordMalformed,
        TxStatus.TagWithoutReplay => TlsRules.TagWithoutReplay,
        TxStatus.ReplayShort => TlsRules.ReplayShort,
        TxStatus.ReplayLong => TlsRules.ReplayLong,
        TxStatus.RecordLimit => TlsRules.NumberExhausted,
        TxStatus.DmaFault => RingRules.DmaUnmapped,
        TxStatus.Unsupported => RingRules.UnsupportedDescriptor,
        TxStatus.SequenceBroken => TlsRules.PositionUnused,
        TxStatus.PassesHead => TlsRules.PassesHead,
        TxStatus.WrongQueue => TlsRules.WrongQueue,
        TxStatus.DescriptorMalformed => RingRules.DescriptorMalformed,
        TxStatus.HeadersMalformed => RingRules.HeadersMalformed,
        TxStatus.TooLong => RingRules.TooLong,
        TxStatus.Flushed => RingRules.Flushed,
        TxStatus.LinkDown => RingRules.LinkDown,
        TxStatus.ModeMismatch => TlsRules.ModeMismatch,
        TxStatus.BeforeStart => TlsRules.BeforeStart,
        TxStatus.AnswerStale => KeyRules.AnswerStale,
        TxStatus.TagWithoutRecord => TlsRules.RangeTag,
        TxStatus.RangeMalformed => TlsRules.RangeWindow,
        _ => null,
    };

    /// <summary>The rule that a failed mailbox command breaks; null for success.</summary>
    public static SanitizerRule? Of(MailboxStatus status, MailboxOpcode opcode) => status switch
    {
        MailboxStatus.BadOpcode or MailboxStatus.BadLength or MailboxStatus.BadParameter => MmioRules.MailboxMalformed,
        MailboxStatus.BadHandle => KeyRules.BadHandle,
        MailboxStatus.StaleHandle => TlsRules.StaleHandle,
        MailboxStatus.TableFull => KeyRules.TableFull,
        MailboxStatus.Busy when opcode == MailboxOpcode.KeyDestroy => KeyRules.KeyInUse,
        MailboxStatus.Busy => KeyRules.ObjectBusy,
        MailboxStatus.Unsupported => MmioRules.Unsupported,
        MailboxStatus.NoKeyStaged => MmioRules.NoKeyStaged,
        MailboxStatus.Duplicate => KeyRules.DuplicateRule,
        MailboxStatus.BadState => MmioRules.BadState,
        MailboxStatus.NotReady => MmioRules.FirmwareNotReady,
        MailboxStatus.EpochExhausted => KeyRules.EpochExhausted,
        _ => null,
    };

    /// <summary>The rule that a receive descriptor breaks; null for success.</summary>
    public static SanitizerRule? Of(RxStatus status) => status switch
    {
        RxStatus.DmaFault => RingRules.DmaUnmapped,
        RxStatus.BufferTooSmall => RingRules.RxBufferSmall,
        RxStatus.Flushed => RingRules.Flushed,
        RxStatus.DescriptorMalformed => RingRules.RxDescriptor,
        _ => null,
    };

    /// <summary>Reports a refused transmit descriptor.</summary>
    public static void Report(FindingLog log, TxStatus status, TxOpcode opcode, ulong handle, TlsWatch tls, string queue, EventHistory history)
    {
        SanitizerRule? rule = status switch
        {
            // The transaction tells whether the memory was the driver's fault, the chain's descriptors what is wrong with it.
            TxStatus.DmaFault => null,
            TxStatus.DescriptorMalformed when opcode == TxOpcode.Data => null,
            TxStatus.ContextInvalid or TxStatus.KeyStale when opcode == TxOpcode.ResyncAnswer && handle != 0 => KeyRules.AnswerDead,
            TxStatus.ContextInvalid or TxStatus.KeyStale when handle != 0 && tls.IsOfOldEpoch(handle) => LifecycleRules.OldEpoch,
            TxStatus.ContextInvalid when tls.WasRemoved(handle) => TlsRules.StaleHandle,
            _ => Of(status),
        };
        if (rule is not null)
        {
            string subject = handle == 0 ? queue : $"handle 0x{handle:X16}";
            log.Report(rule, subject, $"{(opcode == 0 ? "A descriptor" : opcode.ToString())} on {queue} completed with {status}.", history);
        }
    }
}
