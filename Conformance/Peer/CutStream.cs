namespace NicEmu.Conformance.Peer;

/// <summary>A piece of our stream cut into segments that a case sends in the order it likes, some more than once, some so that TCP discards them.</summary>
public sealed class CutStream
{
    private readonly TestFlow _flow;
    private readonly List<(uint Sequence, byte[] Payload)> _parts = [];

    /// <summary>Cuts bytes that follow what was cut or sent before.</summary>
    /// <param name="flow">The connection.</param>
    /// <param name="stream">The bytes.</param>
    /// <param name="lengths">Lengths of the segments; the last one is repeated as long as bytes are left.</param>
    public CutStream(TestFlow flow, ReadOnlySpan<byte> stream, params ReadOnlySpan<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(flow);
        _flow = flow;
        int at = 0;
        for (int i = 0; at < stream.Length; i++)
        {
            int length = Math.Min(lengths[Math.Min(i, lengths.Length - 1)], stream.Length - at);
            _parts.Add((flow.Connection.NextSequence, stream.Slice(at, length).ToArray()));
            flow.Connection.NextSequence += (uint)length;
            at += length;
        }
    }

    /// <summary>Number of segments.</summary>
    public int Count => _parts.Count;

    /// <summary>TCP sequence number of a segment.</summary>
    /// <param name="index">0 for the first.</param>
    public uint Sequence(int index) => _parts[index].Sequence;

    /// <summary>Bytes of a segment.</summary>
    /// <param name="index">0 for the first.</param>
    public ReadOnlySpan<byte> Payload(int index) => _parts[index].Payload;

    /// <summary>Sends segments in the order given, and lets the machine take them.</summary>
    /// <param name="indices">Which.</param>
    public void Send(params ReadOnlySpan<int> indices)
    {
        foreach (int index in indices) _flow.Connection.SendAt(_parts[index].Sequence, _parts[index].Payload);
        _flow.Rig.Settle(200_000_000);
    }

    /// <summary>Sends a run of segments in order.</summary>
    /// <param name="first">The first.</param>
    /// <param name="behind">The one behind the last.</param>
    public void SendRun(int first, int behind)
    {
        for (int i = first; i < behind; i++) Send(i);
    }

    /// <summary>
    /// Sends a segment whose TCP header is not acceptable: it acknowledges what was never sent (RFC 9293 §3.10.7.4). A card that decrypts looks at
    /// addresses, ports and sequence number and takes it; TCP discards it. So the machine's card moves on and its stream does not.
    /// </summary>
    /// <param name="index">Which.</param>
    public void SendForCardOnly(int index)
    {
        _flow.Connection.SendUnacceptable(_parts[index].Sequence, _parts[index].Payload);
        _flow.Rig.Settle(200_000_000);
    }

    /// <summary>Sends each segment in order, some so that the machine gets it decrypted and some so that it gets the bytes of the wire.</summary>
    /// <param name="decrypted">Bit <c>i</c> says whether segment <c>i</c> is to come decrypted.</param>
    public void SendMixed(ulong decrypted)
    {
        for (int i = 0; i < Count; i++)
        {
            // The card takes the first copy; the second one is from before its place and passes untouched.
            if ((decrypted >> i & 1) == 0) SendForCardOnly(i);
            Send(i);
        }
    }
}
