using System.Globalization;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;

namespace NicEmu.Traces.Answers;

/// <summary>Tells, from the event stream, why contexts were refused, fell back to software or lost their place.</summary>
public sealed class ContextHistory : ITraceSink
{
    private const int MostLines = 200;

    private readonly Dictionary<(int Device, ulong Handle), Draft> _contexts = [];
    private readonly List<Draft> _order = [];

    /// <summary>The stories, in the order in which they began.</summary>
    public IReadOnlyList<ContextStory> Stories => [.. _order.Select(static d => d.Finish())];

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        switch (e.Kind)
        {
            case TraceEventKind.ContextInstalled:
                Draft made = For(e.Device, e.Handle);
                made.Title = $"{((e.Flags & 1) != 0 ? "receive" : "transmit")} context, {(TlsVersion)e.Value}, {(TlsCipher)e.Code}";
                made.Add(e, $"installed for record {e.RecordNumber} at TCP sequence 0x{e.TcpSequence:X8}", isTrouble: false);
                break;
            case TraceEventKind.ContextRemoved:
                For(e.Device, e.Handle).Add(e, "removed", isTrouble: false);
                break;
            case TraceEventKind.MailboxCommand when e.Value != 0:
                OnRefused(e);
                break;
            case TraceEventKind.ResyncStep:
                OnStep(e);
                break;
            case TraceEventKind.GuestError when e.Handle != 0:
                For(e.Device, e.Handle).Add(e, $"{(GuestErrorCode)e.Code}: {e.Text}{(e.Value != 0 && Enum.IsDefined((TxStatus)(byte)e.Value) ? $" ({(TxStatus)(byte)e.Value})" : string.Empty)}", isTrouble: true);
                break;
            case TraceEventKind.Completion when e.Code != 0 && e.Handle != 0 && (e.Flags & 1) == 0:
                For(e.Device, e.Handle).Add(e, $"{(TxStatus)e.Code}: {Explain((TxStatus)e.Code)}", isTrouble: true);
                break;
            case TraceEventKind.RecordOpened when e.Value != 1:
                For(e.Device, e.Handle).Add(e, $"BadTag: record {e.RecordNumber} at TCP sequence 0x{e.TcpSequence:X8} did not verify", isTrouble: true);
                break;
            case TraceEventKind.Reset:
                OnReset(e);
                break;
            default:
                break;
        }
    }

    private void OnRefused(in TraceEvent e)
    {
        var opcode = (MailboxOpcode)e.Code;
        var status = (MailboxStatus)e.Value;
        string consequence = opcode is MailboxOpcode.KeyCreate or MailboxOpcode.TxCreate or MailboxOpcode.RxCreate or MailboxOpcode.RxActivate
            ? "; the direction goes on in software" : string.Empty;
        Draft draft = For(e.Device, e.Handle);
        if (e.Handle == 0)
        {
            draft.Title = "commands that were refused";
        }

        draft.Add(e, $"{opcode} refused: {status}, {Explain(status)}{consequence}", isTrouble: true);
    }

    private void OnStep(in TraceEvent e)
    {
        var now = (RxState)e.Code;
        bool isTrouble = now is RxState.SkippingRecord or RxState.Searching or RxState.Off;
        For(e.Device, e.Handle).Add(e, $"{(RxState)e.Value} -> {now}: {e.Text} (record {e.RecordNumber}, TCP sequence 0x{e.TcpSequence:X8})", isTrouble);
    }

    private void OnReset(in TraceEvent e)
    {
        foreach (Draft draft in _order)
        {
            if (draft.Device == e.Device && draft.IsLive)
            {
                draft.Add(e, "gone: the function was reset, its handle is stale", isTrouble: true);
                draft.IsLive = false;
            }
        }
    }

    private Draft For(int device, ulong handle)
    {
        if (!_contexts.TryGetValue((device, handle), out Draft? draft))
        {
            draft = new Draft(device, handle);
            _contexts.Add((device, handle), draft);
            _order.Add(draft);
        }

        return draft;
    }

    private static string Explain(MailboxStatus status) => status switch
    {
        MailboxStatus.TableFull => "no slot is free in the card",
        MailboxStatus.Unsupported => "the card does not offer that cipher, version or mode",
        MailboxStatus.Busy => "the object is referenced, or descriptors that name it are in flight",
        MailboxStatus.StaleHandle => "the handle is of an earlier generation or reset",
        MailboxStatus.BadHandle => "the handle names nothing of that kind",
        MailboxStatus.NotReady => "firmware is absent or starting",
        MailboxStatus.Duplicate => "a rule with the same addresses and ports exists",
        MailboxStatus.NoKeyStaged => "no complete key was staged",
        MailboxStatus.EpochExhausted => "handles are used up; only a power cycle helps",
        _ => "the command was malformed or came at the wrong time",
    };

    private static string Explain(TxStatus status) => status switch
    {
        TxStatus.NotInSequence => "the segment did not begin where the context stood, and no POSITION said where",
        TxStatus.PassesHead => "the repeated range ran past what the card had sent so far",
        TxStatus.ContextInvalid or TxStatus.KeyStale => "the context or its key was gone",
        TxStatus.DmaFault => "the card could not read the buffer",
        TxStatus.LinkDown => "the link was down",
        TxStatus.Flushed => "the queue was stopped",
        TxStatus.RecordLimit => "the record number is used up",
        TxStatus.AnswerStale => "the answer fitted no request that the card still had; it was discarded",
        TxStatus.RecordMalformed => "the bytes were no record header that the context allows",
        _ => "the card refused it; nothing left",
    };

    private sealed class Draft(int device, ulong handle)
    {
        private readonly List<string> _lines = [];
        private int _left;
        private bool _troubled;

        public int Device => device;

        public string Title { get; set; } = "context";

        public bool IsLive { get; set; } = true;

        public void Add(in TraceEvent e, string what, bool isTrouble)
        {
            _troubled |= isTrouble;
            if (_lines.Count == MostLines)
            {
                _left++;
                return;
            }

            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{e.TimePs / 1e6,12:F3} us  {what}"));
        }

        public ContextStory Finish() => new(device, handle, Title, _left == 0 ? _lines : [.. _lines, $"and {_left} more"], _troubled);
    }
}
