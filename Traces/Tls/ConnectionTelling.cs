using NicEmu.Spec.Events;

namespace NicEmu.Traces.Tls;

/// <summary>Tells one connection: finds the client, cuts both streams into records and reads them in the order of the wire.</summary>
internal sealed class ConnectionTelling
{
    private readonly TcpConversation _conversation;
    private readonly TlsKeyLog _keyLog;
    private readonly CardDeeds _deeds;
    private readonly HelloFacts _agreed = new();
    private readonly TcpDirection _clientData;
    private readonly TcpDirection _serverData;
    private readonly RecordCutter _client;
    private readonly RecordCutter _server;
    private readonly bool _hasHello;

    public ConnectionTelling(TcpConversation conversation, TlsKeyLog keyLog, CardDeeds deeds)
    {
        _conversation = conversation;
        _keyLog = keyLog;
        _deeds = deeds;
        var forward = new RecordCutter(conversation.Forward);
        var backward = new RecordCutter(conversation.Backward);
        IsTls = forward.LooksLikeTls || backward.LooksLikeTls;
        forward.Run();
        backward.Run();
        // Without a ClientHello the end that was seen first is taken for the client.
        bool isTurned = !StartsWithHello(forward) && (StartsWithHello(backward) || StartsWithServerHello(forward));
        _hasHello = StartsWithHello(forward) || StartsWithHello(backward);
        (_client, _server) = isTurned ? (backward, forward) : (forward, backward);
        (_clientData, _serverData) = isTurned ? (conversation.Backward, conversation.Forward) : (conversation.Forward, conversation.Backward);
        TcpFlow first = conversation.First;
        Flow = isTurned ? new TcpFlow(first.IsIpv6, first.Destination, first.Source, first.DestinationPort, first.SourcePort) : first;
    }

    /// <summary>Whether a direction begins with a record header.</summary>
    public bool IsTls { get; }

    /// <summary>From client to server.</summary>
    public TcpFlow Flow { get; }

    /// <summary>TCP sequence number of the client's first byte.</summary>
    public uint ClientSequence => _clientData.FirstSequence;

    public TlsConnectionStory Tell(int index)
    {
        var reading = new RecordReading(_keyLog, _agreed);
        List<TraceEvent> clientContexts = _deeds.ContextsOf(_client.Records.Select(r => SequenceOf(_clientData, r)));
        List<TraceEvent> serverContexts = _deeds.ContextsOf(_server.Records.Select(r => SequenceOf(_serverData, r)));
        List<TlsRecordStory> records = [];
        foreach ((TlsSide side, RecordCut cut) in InWireOrder())
        {
            TcpDirection data = side == TlsSide.Client ? _clientData : _serverData;
            uint sequence = SequenceOf(data, cut);
            TlsRecordStory story = reading.Read(side, cut, sequence);
            records.Add(story with
            {
                Repeats = RepeatsOf(data, cut),
                Card = story.Key is null ? [] : _deeds.Of(sequence, cut.Length, side == TlsSide.Client ? clientContexts : serverContexts),
            });
        }

        return new TlsConnectionStory
        {
            Index = index,
            Flow = Flow,
            Interface = _conversation.CapturedOn,
            Frames = (_conversation.FirstFrame, _conversation.LastFrame),
            Agreement = Agreement(),
            Version = _agreed.HasServerHello ? TlsNames.Version(_agreed.Version) : null,
            CipherSuite = _agreed.HasServerHello ? CipherSuiteFacts.NameOf(_agreed.Suite) : null,
            ServerName = _agreed.ServerName,
            Secrets = _agreed.ClientRandom.Length == 32 ? _keyLog.LabelsOf(_agreed.ClientRandom) : [],
            Records = records,
            Notes = [.. ConnectionNotes.Of(_agreed, _hasHello, records, reading), .. StreamNotes("client", _client, _clientData), .. StreamNotes("server", _server, _serverData)],
            HasForgery = reading.HasWrongFinished || records.Exists(r => r.IsForged),
        };
    }

    private List<string> Agreement()
    {
        if (!_agreed.HasServerHello)
        {
            return ["no ServerHello in the capture"];
        }

        List<string> said = [TlsNames.Version(_agreed.Version), CipherSuiteFacts.NameOf(_agreed.Suite)];
        if (_agreed.Group is not null)
        {
            said.Add("key agreement " + _agreed.Group);
        }

        if (_agreed.ServerName is not null)
        {
            said.Add("server name " + _agreed.ServerName);
        }

        if (_agreed.Protocol is not null)
        {
            said.Add("application protocol " + _agreed.Protocol);
        }

        return said;
    }

    private IEnumerable<(TlsSide Side, RecordCut Cut)> InWireOrder()
    {
        int c = 0;
        int s = 0;
        while (c < _client.Records.Count || s < _server.Records.Count)
        {
            bool clientIsNext = s == _server.Records.Count || (c < _client.Records.Count && _client.Records[c].DoneInFrame <= _server.Records[s].DoneInFrame);
            yield return clientIsNext ? (TlsSide.Client, _client.Records[c++]) : (TlsSide.Server, _server.Records[s++]);
        }
    }

    private static IEnumerable<string> StreamNotes(string side, RecordCutter cutter, TcpDirection data)
    {
        if (cutter.Stopped is { } why)
        {
            yield return $"the {side}'s stream is read no further: {why}; {cutter.Unread} bytes stay unexplained";
        }

        int gaps = cutter.Records.Count(r => r.Bytes is null);
        if (gaps > 0)
        {
            yield return $"packets are missing in the {side}'s stream: {gaps} {(gaps == 1 ? "record is" : "records are")} incomplete and stay closed; their headers tell where the next begin, so numbering goes on";
        }

        if (data.RepeatingSegments > 0)
        {
            string verdict = data.Conflicts == 0 ? "every repeated byte is identical" : $"{data.Conflicts} bytes DIFFER: under TLS a sign that a nonce was used twice";
            yield return $"{data.RepeatingSegments} of the {side}'s {data.Segments} segments repeat bytes; {verdict}";
        }
    }

    private static List<(int Frame, int Start, int End)> RepeatsOf(TcpDirection data, RecordCut cut) =>
        [.. data.RepeatsIn(cut.Offset, cut.Offset + cut.Length).Select(r => (r.Frame, (int)Math.Max(0, r.Start - cut.Offset), (int)Math.Min(cut.Length, r.End - cut.Offset)))];

    private static uint SequenceOf(TcpDirection data, RecordCut cut) => unchecked(data.FirstSequence + (uint)cut.Offset);

    private static bool StartsWithHello(RecordCutter cutter) => StartsWith(cutter, 1);

    private static bool StartsWithServerHello(RecordCutter cutter) => StartsWith(cutter, 2);

    private static bool StartsWith(RecordCutter cutter, byte handshakeType) =>
        cutter.Records.Count > 0 && cutter.Records[0] is { Type: 22, Bytes: { Length: > 5 } bytes } && bytes.Span[5] == handshakeType;
}
