using NicEmu.Spec.Core;
using NicEmu.Spec.Events;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Tells the trace about records that were protected, and about the steps that led a context elsewhere.</summary>
internal sealed class TxReport(TlsShared shared)
{
    private byte[] _plain = [];

    private bool TapIsWanted => shared.TracePlaintext && shared.Trace.Enabled;

    /// <summary>Keeps the plaintext of a chain that is about to be protected, where it is wanted.</summary>
    public void Keep(TlsTxContext context, ReadOnlySpan<byte> payload)
    {
        if (!TapIsWanted)
        {
            context.Tap = null;
            return;
        }

        if (_plain.Length < payload.Length)
        {
            _plain = new byte[Math.Max(payload.Length, 1 << 17)];
        }

        payload.CopyTo(_plain);
        context.Tap ??= new PlaintextTap();
    }

    /// <summary>Walks the chain once more, headers being as they were, and tells which records it ended.</summary>
    public void Tell(TlsTxContext context, ReadOnlySpan<byte> payload)
    {
        ref readonly TxStaged staged = ref context.Staged;
        if (!staged.IsOpen || !shared.Trace.Enabled)
        {
            return;
        }

        ulong number = staged.Before.RecordNumber;
        if (context.Mode == TxMode.Range)
        {
            Step(context, TxResyncStep.Range, unchecked(staged.Sequence + (uint)staged.Skipped), number, (uint)staged.Skipped, "range");
        }

        if (staged.IsOneShot)
        {
            return;
        }

        RecordTracker tracker = staged.Before.Tracker;
        PlaintextTap? tap = staged.IsOutOfOrder && context.Mode == TxMode.SequenceTracked ? null : context.Tap;
        int position = 0;
        while (position < payload.Length)
        {
            position += Take(ref tracker, tap, payload[position..], _plain.AsSpan(Math.Min(position, _plain.Length)));
            if (!tracker.IsAtEnd)
            {
                continue;
            }

            bool isAgain = context.IsAgain(number);
            if (!isAgain)
            {
                tap?.End(shared.Trace, context.Handle.Value, number, context.Layout.Version, tracker.ContentType, isReceive: false);
            }

            shared.Trace.Emit(new TraceEvent
            {
                Kind = TraceEventKind.RecordProtected,
                Handle = context.Handle.Value,
                RecordNumber = number,
                TcpSequence = unchecked(staged.Sequence + (uint)(position - tracker.Length)),
                Length = tracker.Length,
                Code = tracker.ContentType,
                Flags = isAgain ? 1u : 0,
            });
            number++;
            tracker.BeginRecord();
        }
    }

    /// <summary>Walks bytes that move the place of a positional context and are not sent: they are a part of the records that will be.</summary>
    /// <param name="context">The context, past the bytes.</param>
    /// <param name="tracker">Its place before them.</param>
    /// <param name="plaintext">The bytes.</param>
    public void Pass(TlsTxContext context, RecordTracker tracker, ReadOnlySpan<byte> plaintext)
    {
        if (!TapIsWanted)
        {
            context.Tap = null;
            return;
        }

        context.Tap ??= new PlaintextTap();
        while (!plaintext.IsEmpty)
        {
            plaintext = plaintext[Take(ref tracker, context.Tap, plaintext, plaintext)..];
            if (tracker.IsAtEnd)
            {
                tracker.BeginRecord();
            }
        }
    }

    /// <summary>Tells a step of a context.</summary>
    public void Step(TlsTxContext context, TxResyncStep step, uint sequence, ulong recordNumber, uint bytes, string text) => shared.Trace.Emit(new TraceEvent
    {
        Kind = TraceEventKind.ResyncStep,
        Handle = context.Handle.Value,
        Code = (int)step,
        TcpSequence = sequence,
        RecordNumber = recordNumber,
        Value = bytes,
        Text = text,
    });

    /// <summary>Takes one part of a record; <paramref name="plain"/> begins where <paramref name="bytes"/> does and may be shorter when there is no tap.</summary>
    private static int Take(ref RecordTracker tracker, PlaintextTap? tap, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> plain)
    {
        if (tracker.Offset == 0)
        {
            tap?.Begin();
        }

        RecordPart part = tracker.Take(bytes, out int count);
        if (part == RecordPart.Body)
        {
            tap?.Add(plain[..count]);
        }

        return count;
    }
}
