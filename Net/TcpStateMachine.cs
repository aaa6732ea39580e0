namespace NicEmu.Net;

/// <summary>SEGMENT ARRIVES, RFC 9293 §3.10.7, with the stricter checks of RFC 5961 and RFC 7323.</summary>
internal static class TcpStateMachine
{
    // An answer to segments without data outside the window, lest two confused ends answer each other for ever.
    private const long UnwantedIntervalPs = 500_000_000_000;

    /// <summary>Processes a segment of a known connection; the value says whether and why it was dropped.</summary>
    public static DropReason Process(TcpConnection connection, NetStack stack, in TcpSegment segment, long nowPs)
    {
        return connection.State switch
        {
            TcpState.Closed => DropReason.NoConnection,
            TcpState.SynSent => ProcessSynSent(connection, stack, segment, nowPs),
            _ => ProcessSynchronized(connection, stack, segment, nowPs),
        };
    }

    /// <summary>Takes the options and the window of the peer's SYN.</summary>
    public static void AcceptSyn(TcpConnection connection, in TcpSegment segment, long nowPs)
    {
        TcpConfig config = connection.Config;
        TcpOptions options = segment.Options;
        connection.Receiver.Start(segment.Header.Sequence);
        if (options.MaximumSegmentSize > 0) connection.PeerSegmentSize = options.MaximumSegmentSize;
        connection.Sender.Recovery.UsesSack = config.SelectiveAcknowledgment && options.SackPermitted;
        connection.Timestamps.IsNegotiated = config.Timestamps && options.HasTimestamps;
        if (connection.Timestamps.IsNegotiated) connection.Timestamps.Remember(options.TimestampValue, nowPs);
        connection.Timestamps.LastAcknowledgmentSent = connection.Receiver.Next;
        connection.PeerScales = options.WindowScale >= 0;
        if (config.WindowScaling && connection.PeerScales)
        {
            connection.Sender.Window.Shift = Math.Min(options.WindowScale, 14);
            connection.Receiver.Shift = TcpOutput.ShiftFor(config.ReceiveBufferBytes);
        }

        connection.Sender.Window.Set(segment.Header.Sequence, segment.Header.Acknowledgment, segment.Header.Window);
    }

    private static DropReason ProcessSynSent(TcpConnection connection, NetStack stack, in TcpSegment segment, long nowPs)
    {
        uint acknowledgment = segment.Header.Acknowledgment;
        bool hasAck = segment.Has(TcpFlags.Ack);
        TcpSender sender = connection.Sender;
        if (hasAck && (TcpSequence.IsBeforeOrAt(acknowledgment, sender.InitialSequence) || TcpSequence.IsAfter(acknowledgment, sender.Next)))
        {
            if (!segment.Has(TcpFlags.Rst)) stack.AnswerWithReset(connection.Tuple, acknowledgment);
            return DropReason.BadAcknowledgment;
        }

        if (segment.Has(TcpFlags.Rst))
        {
            if (!hasAck) return DropReason.BadAcknowledgment;
            connection.Terminate(TcpCloseReason.Refused);
            return DropReason.None;
        }

        if (!segment.Has(TcpFlags.Syn)) return DropReason.BadFlags;
        AcceptSyn(connection, segment, nowPs);
        if (!hasAck)
        {
            // Simultaneous open, RFC 9293 §3.5, figure 8.
            connection.MoveTo(TcpState.SynReceived);
            connection.IsSynDue = true;
            return DropReason.None;
        }

        Establish(connection, segment, nowPs);
        connection.Acks.OnImmediate();
        return DropReason.None;
    }

    private static void Establish(TcpConnection connection, in TcpSegment segment, long nowPs)
    {
        TcpSender sender = connection.Sender;
        int advance = sender.Acknowledge(segment.Header.Acknowledgment);
        sender.Recovery.OnAdvanced(nowPs, sender.Unacknowledged, sender.Next, advance, EchoedRoundTrip(connection, segment, nowPs), connection.SegmentLimit);
        sender.Recovery.OnEstablished(connection.SegmentLimit);
        connection.IsSynDue = false;
        connection.MoveTo(sender.FinQueued ? TcpState.FinWait1 : TcpState.Established);
    }

    private static DropReason ProcessSynchronized(TcpConnection connection, NetStack stack, in TcpSegment segment, long nowPs)
    {
        TcpReceiver receiver = connection.Receiver;
        bool reset = segment.Has(TcpFlags.Rst);
        if (connection.Timestamps.IsNegotiated && !reset)
        {
            if (!segment.Options.HasTimestamps) return DropReason.TimestampMissing;
            if (connection.Timestamps.IsOld(segment.Options.TimestampValue, nowPs))
            {
                AnswerUnwanted(connection, segment, nowPs);
                return DropReason.Paws;
            }
        }

        if (!IsAcceptable(receiver, segment))
        {
            if (reset) return DropReason.OutOfWindow;
            AnswerUnwanted(connection, segment, nowPs);
            // RFC 9293 §3.10.7.4: a repeated FIN restarts the 2 MSL timer.
            if (connection.State == TcpState.TimeWait && segment.Has(TcpFlags.Fin)) connection.EnterTimeWait(nowPs);
            return DropReason.OutOfWindow;
        }

        if (reset)
        {
            // RFC 5961 §3.2.
            if (segment.Header.Sequence != receiver.Next) return Challenge(connection, stack, nowPs);
            connection.Terminate(TcpCloseReason.ResetByPeer);
            return DropReason.None;
        }

        // RFC 5961 §4.2.
        if (segment.Has(TcpFlags.Syn)) return Challenge(connection, stack, nowPs);
        if (!segment.Has(TcpFlags.Ack)) return DropReason.BadFlags;
        DropReason verdict = ProcessAcknowledgment(connection, stack, segment, nowPs);
        if (verdict != DropReason.None || connection.State == TcpState.Closed) return verdict;
        if (connection.Timestamps.IsNegotiated) connection.Timestamps.Accept(segment.Options.TimestampValue, segment.Header.Sequence, nowPs);
        return connection.State is TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2
            ? ProcessText(connection, segment, nowPs) : DropReason.None;
    }

    /// <summary>RFC 9293 §3.10.7.4, table 6, with two doors left open for the acknowledgment field: a segment at RCV.NXT passes a closed window, its
    /// text trimmed away; and an empty one may stand at the window's right edge, where a peer that has used the whole window must send from.</summary>
    private static bool IsAcceptable(TcpReceiver receiver, in TcpSegment segment)
    {
        uint sequence = segment.Header.Sequence;
        int length = segment.SequenceLength;
        uint window = (uint)Math.Max(0, receiver.Window);
        if (sequence == receiver.Next || (length == 0 && sequence == receiver.Edge)) return true;
        if (window == 0) return false;
        return TcpSequence.IsInRange(sequence, receiver.Next, window)
            || (length > 0 && TcpSequence.IsInRange(sequence + (uint)length - 1, receiver.Next, window));
    }

    private static DropReason ProcessAcknowledgment(TcpConnection connection, NetStack stack, in TcpSegment segment, long nowPs)
    {
        TcpSender sender = connection.Sender;
        uint acknowledgment = segment.Header.Acknowledgment;
        if (connection.State == TcpState.SynReceived)
        {
            if (!TcpSequence.IsAfter(acknowledgment, sender.Unacknowledged) || TcpSequence.IsAfter(acknowledgment, sender.Next))
            {
                stack.AnswerWithReset(connection.Tuple, acknowledgment);
                return DropReason.BadAcknowledgment;
            }

            sender.Window.Set(segment.Header.Sequence, acknowledgment, segment.Header.Window << sender.Window.Shift);
            Establish(connection, segment, nowPs);
            return DropReason.None;
        }

        // RFC 5961 §5.2.
        if (TcpSequence.IsAfter(acknowledgment, sender.Next)
            || TcpSequence.IsBefore(acknowledgment, sender.Unacknowledged - (uint)sender.Window.LargestBytes))
        {
            Challenge(connection, stack, nowPs);
            return DropReason.BadAcknowledgment;
        }

        TakeAcknowledgment(connection, segment, nowPs);
        if (!sender.FinAcknowledged) return DropReason.None;
        if (connection.State == TcpState.FinWait1) connection.MoveTo(TcpState.FinWait2);
        else if (connection.State == TcpState.Closing) connection.EnterTimeWait(nowPs);
        else if (connection.State == TcpState.LastAck) connection.Terminate(TcpCloseReason.Graceful);
        return DropReason.None;
    }

    private static void TakeAcknowledgment(TcpConnection connection, in TcpSegment segment, long nowPs)
    {
        TcpSender sender = connection.Sender;
        TcpLossRecovery recovery = sender.Recovery;
        uint acknowledgment = segment.Header.Acknowledgment;
        int windowBefore = sender.Window.Bytes;
        if (TcpSequence.IsAfterOrAt(acknowledgment, sender.Unacknowledged))
            sender.Window.Update(segment.Header.Sequence, acknowledgment, segment.Header.Window);
        bool news = recovery.OnSackBlocks(segment.Options, TcpSequence.Max(acknowledgment, sender.Unacknowledged), sender.Next);
        int advance = sender.Acknowledge(acknowledgment);
        sender.Persist.Unanswered = 0;
        if (sender.Window.Bytes == 0) recovery.OnAnsweredWithClosedWindow();
        if (advance > 0)
        {
            long echoed = EchoedRoundTrip(connection, segment, nowPs);
            recovery.OnAdvanced(nowPs, sender.Unacknowledged, sender.Next, advance, echoed, connection.SegmentLimit);
        }
        else if (acknowledgment == sender.Unacknowledged && sender.Flight > 0 && !sender.Persist.IsProbing)
        {
            // RFC 5681 §2; with SACK, RFC 6675 §2 counts the segments that report something new.
            bool duplicate = recovery.UsesSack ? news : segment.SequenceLength == 0 && sender.Window.Bytes == windowBefore;
            if (duplicate) recovery.OnDuplicate(sender.Unacknowledged, sender.Next, connection.SegmentLimit);
        }

        if (!sender.Persist.IsProbing || sender.Window.Bytes == 0) return;
        sender.Persist.Stop();
        recovery.StopTimer();
        if (sender.Flight > 0) recovery.RestartFrom(sender.Unacknowledged, sender.Next);
    }

    private static DropReason ProcessText(TcpConnection connection, in TcpSegment segment, long nowPs)
    {
        TcpReceiver receiver = connection.Receiver;
        bool fin = segment.Has(TcpFlags.Fin);
        if (segment.Payload.IsEmpty && !fin) return DropReason.None;
        uint nextBefore = receiver.Next;
        bool gapBefore = receiver.HasGap;
        int availableBefore = receiver.Available;
        DropReason verdict = receiver.Accept(segment.Header.Sequence, segment.Payload, fin, segment.Mark, segment.FrameOffset);
        // RFC 5681 §4.2: at once when out of order or filling a gap, or when nothing could be taken.
        if (receiver.Next == nextBefore || gapBefore || receiver.HasGap || receiver.FinReceived) connection.Acks.OnImmediate();
        else connection.Acks.OnInOrder(nowPs, segment.Payload.Length > connection.AdvertisedSegmentSize);
        if (receiver.Available != availableBefore || receiver.FinReceived) connection.NoteReceived();
        if (!receiver.FinReceived) return verdict;

        if (connection.State == TcpState.Established) connection.MoveTo(connection.Sender.FinQueued ? TcpState.LastAck : TcpState.CloseWait);
        else if (connection.State == TcpState.FinWait1) connection.MoveTo(TcpState.Closing);
        else connection.EnterTimeWait(nowPs);
        return verdict;
    }

    private static long EchoedRoundTrip(TcpConnection connection, in TcpSegment segment, long nowPs) =>
        connection.Timestamps.IsNegotiated && segment.Options.HasTimestamps
            ? connection.Timestamps.RoundTripPs(segment.Options.TimestampEcho, nowPs) : -1;

    private static void AnswerUnwanted(TcpConnection connection, in TcpSegment segment, long nowPs)
    {
        if (segment.SequenceLength == 0)
        {
            if (connection.LastUnwantedAnsweredPs != long.MinValue && nowPs - connection.LastUnwantedAnsweredPs < UnwantedIntervalPs) return;
            connection.LastUnwantedAnsweredPs = nowPs;
        }

        connection.Acks.OnImmediate();
    }

    /// <summary>A challenge ACK, limited in number per second (RFC 5961 §7).</summary>
    private static DropReason Challenge(TcpConnection connection, NetStack stack, long nowPs)
    {
        if (stack.MayChallenge(nowPs)) connection.Acks.OnImmediate();
        return DropReason.Challenged;
    }
}
