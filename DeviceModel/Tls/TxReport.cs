using NicEmu.Spec.Events;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Tells the trace about records that were protected.</summary>
internal sealed class TxReport(TlsShared shared)
{
    private byte[] _plain = [];

    /// <summary>Keeps the plaintext of a chain that is about to be protected, where it is wanted.</summary>
    public void Keep(TlsTxContext context, ReadOnlySpan<byte> payload)
    {
        if (!shared.TracePlaintext || !shared.Trace.Enabled)
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
        if (!staged.IsOpen || staged.IsOneShot || !shared.Trace.Enabled)
        {
            return;
        }

        PlaintextTap? tap = staged.IsPositioned ? null : context.Tap;
        RecordTracker tracker = staged.Before.Tracker;
        ulong number = staged.Before.RecordNumber;
        int position = 0;
        while (position < payload.Length)
        {
            if (tracker.Offset == 0)
            {
                tap?.Begin();
            }

            RecordPart part = tracker.Take(payload[position..], out int count);
            if (part == RecordPart.Body)
            {
                tap?.Add(_plain.AsSpan(position, count));
            }

            position += count;
            if (!tracker.IsAtEnd)
            {
                continue;
            }

            tap?.End(shared.Trace, context.Handle.Value, number, context.Layout.Version, tracker.ContentType, isReceive: false);
            shared.Trace.Emit(new TraceEvent
            {
                Kind = TraceEventKind.RecordProtected,
                Handle = context.Handle.Value,
                RecordNumber = number,
                TcpSequence = unchecked(staged.Sequence + (uint)(position - tracker.Length)),
                Length = tracker.Length,
                Code = tracker.ContentType,
                Flags = staged.IsPositioned ? 1u : 0,
            });
            number++;
            tracker.BeginRecord();
        }
    }
}
