using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Net;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>T001 to T006: the TCP offload engine as the host sees it: room, visibility, retransmission.</summary>
internal static class ToeCases
{
    private const string Manual = "register manual, TOE; docs/toe.md";
    private const int NoRoom = 4;

    [Case("T001", CaseProfile.Toe, "A card tells whether it has the engine and what it has room for; without it the engine cannot be enabled.", Source = Manual, Stimulus = "ENABLE on a card with the engine and on one without.", Observes = "registers")]
    public static void CapabilityTellsOfTheEngine(DeviceCase c)
    {
        RawCard with = PowerUp(c);
        Expect.Equal(with.Read(0x8040) & 0xFFFF, 4u, "TOE_CAPACITY.CONNECTIONS of a card built for four");
        Expect.AtLeast(with.Read(0x8044), 32 * 1024, "TOE_CONN_BYTES: a record of each direction and TCP's buffers");
        _ = new RawToe(with);

        var without = new RawCard(c.Boot());
        without.PowerUp();
        Expect.That(!RawToe.IsOffered(without), "the default card has no engine");
        Expect.Equal(without.Read(0x8040), 0u, "TOE_CAPACITY without the engine");
        without.Write(0x800C, 1);
        Expect.Equal(without.Read(0x8010), 0x100u, "TOE_STATUS after ENABLE: not enabled, error 1");
    }

    [Case("T002", CaseProfile.Toe, "Without card memory for another connection OPEN is refused, and served connections go on.", Source = Manual + "; Linux Foundation, TOE: resource limits", Stimulus = "OPEN once more than TOE_CAPACITY says, then CLOSE one and OPEN again.", Observes = "completions, registers, wire")]
    public static void OpenIsRefusedAtCapacity(DeviceCase c)
    {
        var toe = new RawToe(PowerUp(c));
        var handles = new ulong[4];
        for (int i = 0; i < handles.Length; i++) toe.Established(out handles[i]);
        int connections = toe.Peer.Connections.Count;

        Expect.Equal(toe.End(toe.Connect(), "OPEN without room").Status, NoRoom, "the status of OPEN without room");
        Expect.Equal(toe.Peer.Connections.Count, connections, "the number of SYNs that the peer saw");
        Expect.Equal(toe.Counter(0x108), 1ul, "TOE_STAT_REFUSED");

        uint close = toe.Post(new Bytes(64).U8(0, RawToe.Close).U8(1, 1).U64(8, handles[0]));
        Expect.Equal(toe.End(close, "CLOSE").Status, 0, "the status of CLOSE");
        toe.Established(out _);
    }

    [Case("T003", CaseProfile.Toe, "A SYN that finds no card memory is told to a waiting ACCEPT and not answered; once the host has closed the port, the repeated SYN reaches the host.", Source = Manual, Stimulus = "A SYN to a listening port while every connection is in use; LISTEN closed; the SYN again.", Observes = "completions, wire, receive queue")]
    public static void SynWithoutRoomIsTheHosts(DeviceCase c)
    {
        RawCard card = PowerUp(c);
        var toe = new RawToe(card);
        RawRxQueue host = card.Rx();
        RawToeCompletion listener = toe.End(toe.Post(new Bytes(64).U8(0, RawToe.Listen).U16(34, RawFrames.CardPort)), "LISTEN");
        for (int i = 0; i < 4; i++) toe.Established(out _);
        uint accept = toe.Post(new Bytes(64).U8(0, RawToe.Accept).U64(8, listener.Handle));
        int before = toe.Peer.Frames.Count;
        byte[] syn = Syn();
        host.Take();

        toe.Peer.SendRaw(syn);
        Expect.Equal(toe.End(accept, "ACCEPT").Status, NoRoom, "the status of ACCEPT");
        toe.Run();
        Expect.Equal(toe.Peer.Frames.Count, before, "the number of frames after the SYN");
        Expect.Equal(host.Take().Count, 0, "the number of frames that the host saw");

        toe.End(toe.Post(new Bytes(64).U8(0, RawToe.Close).U64(8, listener.Handle)), "CLOSE of the listener");
        toe.Peer.SendRaw(syn);
        toe.Run();
        Expect.Equal(host.Take().Count, 1, "the number of SYNs that the host saw once the port was closed");
    }

    [Case("T004", CaseProfile.Toe, "The host sees no segment and no acknowledgement of the engine's connections, and sends none.", Source = Manual, Stimulus = "OPEN, 50000 bytes each way and CLOSE, with a receive queue full of buffers.", Observes = "receive queue, frame events")]
    public static void HostSeesNoSegment(DeviceCase c)
    {
        RawCard card = PowerUp(c);
        var toe = new RawToe(card);
        card.Rx();
        PeerConnection peer = toe.Established(out ulong handle);
        byte[] content = CaseKeys.Bytes(c.Seed, "content", 50_000);
        using DmaBuffer memory = card.Rig.Bus.AllocateDma(content.Length);
        content.CopyTo(memory.Span);

        uint send = toe.Transfer(RawToe.Send, handle, memory.BusAddress, content.Length);
        peer.Send(content);
        using DmaBuffer buffer = card.Rig.Bus.AllocateDma(65536);
        int have = 0;
        while (have < content.Length)
        {
            RawToeCompletion received = toe.End(toe.Transfer(RawToe.Receive, handle, buffer.BusAddress + (ulong)have, 65536 - have), "RECEIVE");
            Expect.Equal(received.Status, 0, "the status of RECEIVE");
            have += received.Length;
        }

        toe.End(send, "SEND");
        toe.Wait(() => peer.Received.Contiguous == content.Length, "the peer has everything");
        toe.Post(new Bytes(64).U8(0, RawToe.Close).U64(8, handle));
        toe.Wait(() => peer.HasFin, "the peer sees FIN");
        Expect.Bytes(buffer.Span[..have], content, "the bytes received");
        Expect.Bytes(peer.Received.Bytes, content, "the bytes at the peer");
        byte[][] seen = [.. card.Rig.Events.Of(TraceEventKind.HostFrameReceived).Select(e => e.Data)];
        Expect.That(seen.All(f => !FrameCodec.TryRead(f, out _, out _, out _, out _, out _)), "no TCP segment reaches a queue of the host");
        Expect.Equal(card.Rig.Events.Of(TraceEventKind.HostFrameSent).Count(), 0, "the number of frames of the host's queues");
    }

    [Case("T005", CaseProfile.Toe, "What is lost is sent again from card memory: after SEND has completed the card reads the host's bytes no more.", Source = Manual + "; data-paths, TOE: no host DMA on loss", Stimulus = "SEND of 60000 bytes in TLS records; every seventh segment is lost once; the host overwrites its memory as soon as SEND has completed.", Observes = "DMA, wire")]
    public static void RetransmissionNeedsNoHostMemory(DeviceCase c)
    {
        RawCard card = PowerUp(c);
        var toe = new RawToe(card);
        PeerConnection peer = toe.Established(out ulong handle);
        FlowKeys keys = CaseKeys.Draw(c.Seed, "sent", TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        Expect.Equal(toe.End(toe.SwitchTls(handle, toe.Context(keys), receive: false), "SWITCH_TLS").Status, 0, "the status of SWITCH_TLS");
        byte[] content = CaseKeys.Bytes(c.Seed, "content", 60_000);
        using DmaBuffer memory = card.Rig.Bus.AllocateDma(content.Length);
        content.CopyTo(memory.Span);
        var lost = new HashSet<uint>();
        int segments = 0;
        peer.Loses = s => s.Payload.Length > 0 && ++segments % 7 == 0 && lost.Add(s.Sequence);

        toe.End(toe.Transfer(RawToe.Send, handle, memory.BusAddress, content.Length), "SEND");
        memory.Span.Fill(0xDD);
        ulong read = toe.Counter(0x148);
        int events = card.Rig.Events.Count;
        byte[] expected = Sealed(keys, content, 16384);
        toe.Wait(() => peer.Received.Contiguous == expected.Length, "everything arrives");

        Expect.AtLeast(lost.Count, 2, "the number of segments lost");
        Expect.AtLeast((long)toe.Counter(0x120), lost.Count, "TOE_STAT_RETRANSMITS");
        Expect.Equal(toe.Counter(0x148), read, "TOE_STAT_HOST_READ_BYTES after SEND");
        Expect.Equal(read, (ulong)content.Length, "TOE_STAT_HOST_READ_BYTES");
        ulong first = memory.BusAddress, last = first + (ulong)content.Length;
        Expect.That(card.Rig.Events.Of(TraceEventKind.DmaRead, events).All(e => e.Event.Address < first || e.Event.Address >= last), "no DMA reads the memory after SEND");
        Expect.Bytes(peer.Received.Bytes, expected, "the records on the wire");
    }

    [Case("T006", CaseProfile.Toe, "Records are those of any other implementation: header, nonce and tag are the card's, cut at the length asked for, in every version and cipher.", Source = "RFC 8446 §5.2, RFC 5246 §6.2.3, RFC 5288 §3, RFC 7905 §2; " + Manual, Stimulus = "SEND of 5000 bytes behind SWITCH_TLS with 1400 bytes in a record and a first record number above 2^32.", Observes = "wire")]
    public static void RecordsAreThoseOfTheStandard(DeviceCase c)
    {
        foreach ((TlsVersion version, TlsCipher cipher) in TransmitInOrderCases.AllCiphers())
        {
            RawCard card = PowerUp(c);
            var toe = new RawToe(card);
            PeerConnection peer = toe.Established(out ulong handle);
            FlowKeys keys = CaseKeys.Draw(c.Seed, $"{version}{cipher}", version, cipher, 0x1_0000_0007);
            Expect.Equal(toe.End(toe.SwitchTls(handle, toe.Context(keys), receive: false, keys.RecordNumber, fragment: 1400), "SWITCH_TLS").Status, 0, "the status of SWITCH_TLS");
            byte[] content = CaseKeys.Bytes(c.Seed, "content", 5000);
            using DmaBuffer memory = card.Rig.Bus.AllocateDma(content.Length);
            content.CopyTo(memory.Span);

            toe.End(toe.Transfer(RawToe.Send, handle, memory.BusAddress, content.Length), "SEND");
            byte[] expected = Sealed(keys, content, 1400);
            toe.Wait(() => peer.Received.Contiguous == expected.Length, $"the records of {version} {cipher} arrive");
            Expect.Bytes(peer.Received.Bytes, expected, $"the records of {version} {cipher}");
        }
    }

    internal static RawCard PowerUp(DeviceCase c, int connections = 4)
    {
        var card = new RawCard(c.Boot(new DeviceSetup { ToeConnections = connections }));
        card.PowerUp();
        Expect.Can(RawToe.IsOffered(card), "the card has no TCP offload engine");
        return card;
    }

    private static byte[] Sealed(FlowKeys keys, byte[] content, int fragment)
    {
        var codec = new RecordCodec(keys);
        var wire = new List<byte>();
        ulong number = keys.RecordNumber;
        for (int at = 0; at < content.Length; at += fragment, number++)
        {
            // The explicit nonce of TLS 1.2 with GCM is the record number.
            wire.AddRange(codec.Seal(23, content.AsSpan(at, Math.Min(fragment, content.Length - at)), number, explicitNonce: number));
        }

        return [.. wire];
    }

    private static byte[] Syn()
    {
        var header = new TcpHeader { SourcePort = 50123, DestinationPort = RawFrames.CardPort, Sequence = 77, Flags = TcpFlags.Syn, Window = 65535 };
        return new FrameCodec(null).Build(new TcpTuple(PeerAddresses.Peer4, 50123, PeerAddresses.Machine4, RawFrames.CardPort), MacAddress.Parse("02:4e:1d:00:00:01"), header, new TcpOptions(), []);
    }
}
