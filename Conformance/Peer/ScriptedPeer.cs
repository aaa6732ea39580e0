using NicEmu.Conformance.Core;
using NicEmu.Net;
using NicEmu.Spec.Seams;

namespace NicEmu.Conformance.Peer;

/// <summary>
/// The other end of the wire, and the network: takes every frame of the machine, answers address resolution, accepts connections, and does on each of
/// them what the case says. It has no timers and retransmits nothing by itself.
/// </summary>
/// <param name="wire">The wire.</param>
/// <param name="setup">Addresses and VLAN.</param>
public sealed class ScriptedPeer(IWire wire, DriverSetup setup)
{
    private readonly List<PeerConnection> _connections = [];

    /// <summary>Every frame of the machine, in order.</summary>
    public List<byte[]> Frames { get; } = [];

    /// <summary>What is wrong with frames of the machine: checksums, headers.</summary>
    public List<string> Flaws { get; } = [];

    /// <summary>Connections, oldest first.</summary>
    public IReadOnlyList<PeerConnection> Connections => _connections;

    /// <summary>How new connections behave; may be replaced at any time.</summary>
    public PeerOptions Options { get; set; } = new();

    /// <summary>Whether the machine talks IPv6 to us.</summary>
    public bool IsIpv6 => setup.Ipv6;

    internal FrameCodec Codec { get; } = new(setup.VlanId);

    /// <summary>Lets segments of a connection arrive here too; what answers them leaves where the connection was opened.</summary>
    /// <param name="connection">A connection of another peer of the same machine.</param>
    public void Adopt(PeerConnection connection) => _connections.Add(connection);

    /// <summary>Takes what the machine sent.</summary>
    public void Pump()
    {
        while (wire.TryTakeFromDevice(out byte[] frame)) OnFrame(frame);
    }

    /// <summary>Puts a frame on the wire as it is.</summary>
    /// <param name="frame">The frame.</param>
    public void SendRaw(ReadOnlySpan<byte> frame) => wire.SendToDevice(frame);

    private void OnFrame(byte[] frame)
    {
        Frames.Add(frame);
        if (FrameCodec.AnswerResolution(frame) is { } answer)
        {
            wire.SendToDevice(answer);
            return;
        }

        if (!FrameCodec.TryRead(frame, out TcpTuple tuple, out TcpHeader header, out TcpOptions options, out byte[] payload, out string? flaw))
        {
            if (flaw is not null) Flaws.Add($"frame {Frames.Count - 1}: {flaw}");
            return;
        }

        // The youngest first: a port may be used again.
        PeerConnection? connection = _connections.FindLast(c => c.Tuple == tuple);
        bool opens = (header.Flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn;
        if (opens && (connection is null || header.Sequence != connection.MachineInitialSequence))
        {
            connection = new PeerConnection(this, tuple, MacAddress.Read(frame.AsSpan(6)), Options);
            _connections.Add(connection);
        }

        connection?.OnSegment(Frames.Count - 1, frame, header, options, payload);
    }
}
