namespace NicEmu.Net;

/// <summary>Forms the next segment of a connection.</summary>
internal static class TcpOutput
{
    // RFC 9293 §3.1: 60 bytes of header at most.
    private const int MaximumOptionBytes = 40;

    /// <summary>False if the connection has nothing to send now.</summary>
    public static bool TryPlan(TcpConnection connection, NetStack stack, long nowPs, out SegmentPlan plan)
    {
        plan = new() { Options = new() };
        if (connection.IsResetDue) return PlanReset(connection, ref plan);
        if (connection.State == TcpState.Closed) return false;
        if (connection.IsSynDue) return PlanSyn(connection, nowPs, ref plan);
        if (connection.State == TcpState.SynSent) return false;

        AddOptions(connection, nowPs, ref plan);
        int optionBytes = plan.Options.EncodedLength;
        int segmentSize = Math.Max(1, connection.SegmentLimit - optionBytes);
        plan.SegmentSize = segmentSize;
        bool hasData = connection.Acks.Due <= 1 && connection.State is not (TcpState.SynReceived or TcpState.FinWait2 or TcpState.TimeWait)
            && connection.Sender.TryPlan(nowPs, segmentSize, stack.MaximumPayload(segmentSize, optionBytes), ref plan);
        if (!hasData)
        {
            if (connection.Acks.Due == 0) return false;
            plan.Sequence = connection.Sender.AcceptableSequence;
            plan.Flags = TcpFlags.Ack;
        }

        plan.Acknowledgment = connection.Receiver.Next;
        plan.Window = connection.Receiver.OfferWindow(segmentSize, connection.Receiver.Shift);
        connection.Timestamps.LastAcknowledgmentSent = plan.Acknowledgment;
        connection.Acks.OnSent();
        return true;
    }

    private static void AddOptions(TcpConnection connection, long nowPs, ref SegmentPlan plan)
    {
        if (connection.Timestamps.IsNegotiated)
        {
            plan.Options.HasTimestamps = true;
            plan.Options.TimestampValue = connection.Timestamps.ValueAt(nowPs);
            plan.Options.TimestampEcho = connection.Timestamps.Recent;
        }

        if (!connection.Sender.Recovery.UsesSack || !connection.Receiver.HasGap) return;
        connection.Receiver.AddSackBlocks(ref plan.Options, (MaximumOptionBytes - plan.Options.EncodedLength - 4) / 8);
    }

    private static bool PlanSyn(TcpConnection connection, long nowPs, ref SegmentPlan plan)
    {
        bool answer = connection.State == TcpState.SynReceived;
        TcpConfig config = connection.Config;
        connection.IsSynDue = false;
        plan.Sequence = connection.Sender.InitialSequence;
        plan.Flags = TcpFlags.Syn;
        plan.IsRetransmission = connection.Sender.Next != connection.Sender.InitialSequence;
        plan.Options.MaximumSegmentSize = connection.AdvertisedSegmentSize;
        // An answer offers only what the other SYN offered: RFC 7323 §1.3, RFC 2018 §2.
        plan.Options.SackPermitted = answer ? connection.Sender.Recovery.UsesSack : config.SelectiveAcknowledgment;
        plan.Options.HasTimestamps = answer ? connection.Timestamps.IsNegotiated : config.Timestamps;
        if (plan.Options.HasTimestamps) plan.Options.TimestampValue = connection.Timestamps.ValueAt(nowPs);
        if (config.WindowScaling && (!answer || connection.PeerScales)) plan.Options.WindowScale = ShiftFor(config.ReceiveBufferBytes);
        plan.Window = (ushort)Math.Min(config.ReceiveBufferBytes, ushort.MaxValue);
        if (answer)
        {
            plan.Flags |= TcpFlags.Ack;
            plan.Acknowledgment = connection.Receiver.Next;
            plan.Options.TimestampEcho = connection.Timestamps.Recent;
            // RFC 7323 §2.2: the window of a SYN is never scaled.
            plan.Window = connection.Receiver.OfferWindow(connection.AdvertisedSegmentSize, 0);
            connection.Timestamps.LastAcknowledgmentSent = plan.Acknowledgment;
            connection.Acks.OnSent();
        }

        connection.Sender.OnSynSent(nowPs, plan.IsRetransmission);
        return true;
    }

    private static bool PlanReset(TcpConnection connection, ref SegmentPlan plan)
    {
        connection.IsResetDue = false;
        plan.Sequence = connection.Sender.AcceptableSequence;
        plan.Flags = TcpFlags.Rst | TcpFlags.Ack;
        plan.Acknowledgment = connection.Receiver.Next;
        return true;
    }

    /// <summary>RFC 7323 §2.3: the smallest shift that expresses the buffer, at most 14.</summary>
    public static int ShiftFor(int bufferBytes)
    {
        int shift = 0;
        while (shift < 14 && bufferBytes >> shift > ushort.MaxValue) shift++;
        return shift;
    }
}
