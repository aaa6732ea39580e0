namespace NicEmu.Traces.Tls;

/// <summary>Sorts a capture's segments into connections.</summary>
internal sealed class TcpConversations
{
    private readonly Dictionary<(string Interface, TcpFlow Flow), TcpConversation> _open = [];

    /// <summary>All connections in the order of their first packet.</summary>
    public List<TcpConversation> All { get; } = [];

    /// <summary>TCP segments met.</summary>
    public int Segments { get; private set; }

    public void Add(string capturedOn, ReadOnlyMemory<byte> frame, int number)
    {
        if (!TcpFrame.TryParse(frame.Span, out TcpFrame segment))
        {
            return;
        }

        Segments++;
        TcpFlow flow = segment.Flow;
        if (!_open.TryGetValue((capturedOn, flow), out TcpConversation? conversation) || (segment.IsSyn && conversation.Of(flow).IsNewSyn(segment.Sequence)))
        {
            conversation = new TcpConversation(capturedOn, flow, number);
            All.Add(conversation);
            _open[(capturedOn, flow)] = conversation;
            _open[(capturedOn, new TcpFlow(flow.IsIpv6, flow.Destination, flow.Source, flow.DestinationPort, flow.SourcePort))] = conversation;
        }

        conversation.LastFrame = number;
        TcpDirection direction = conversation.Of(flow);
        uint sequence = segment.Sequence;
        if (segment.IsSyn)
        {
            direction.Syn(sequence);
            sequence = unchecked(sequence + 1);
        }

        if (!segment.Payload.IsEmpty)
        {
            direction.Add(sequence, segment.Payload.ToArray(), number);
        }
    }
}
