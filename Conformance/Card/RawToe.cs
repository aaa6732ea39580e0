using System.Buffers.Binary;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Testing;

namespace NicEmu.Conformance.Card;

/// <summary>A TCP offload engine driven by hand: 64-byte commands and completions, registers at BAR 0 + 0x8000. The other end of the wire is a scripted peer.</summary>
public sealed class RawToe
{
    /// <summary>OPEN.</summary>
    public const byte Open = 1;

    /// <summary>LISTEN.</summary>
    public const byte Listen = 2;

    /// <summary>ACCEPT.</summary>
    public const byte Accept = 3;

    /// <summary>SEND.</summary>
    public const byte Send = 4;

    /// <summary>RECEIVE.</summary>
    public const byte Receive = 5;

    /// <summary>SWITCH_TLS.</summary>
    public const byte Switch = 6;

    /// <summary>CLOSE.</summary>
    public const byte Close = 7;

    /// <summary>Port of the peer.</summary>
    public const ushort PeerPort = 443;

    private const uint Registers = 0x8000;
    private const int EntryBytes = 64;
    private const int Log2 = 6;

    private readonly RawCard _card;
    private readonly DmaBuffer _ring;
    private readonly DmaBuffer _completions;
    private readonly DmaBuffer _lists;
    private readonly Dictionary<uint, RawToeCompletion> _ended = [];
    private uint _tail;
    private uint _consumer;
    private uint _cookie;

    /// <summary>Enables the engine with the machine's IPv4 address.</summary>
    /// <param name="card">A card that is up.</param>
    public RawToe(RawCard card)
    {
        _card = card;
        Peer = new ScriptedPeer(card.Rig.Wire, new DriverSetup());
        _ring = card.Rig.Bus.AllocateDma(EntryBytes << Log2);
        _completions = card.Rig.Bus.AllocateDma(EntryBytes << Log2);
        _lists = card.Rig.Bus.AllocateDma(EntryBytes << Log2);
        card.Write64(Registers, _ring.BusAddress);
        card.Write(Registers + 0x08, Log2);
        card.Write64(Registers + 0x20, _completions.BusAddress);
        card.Write(Registers + 0x28, Log2);
        card.Write(Registers + 0x30, 32);
        Span<byte> address = stackalloc byte[4];
        PeerAddresses.Machine4.Write(address);
        card.Write(Registers + 0x50, BinaryPrimitives.ReadUInt32LittleEndian(address));
        card.Write(Registers + 0x0C, 1);
        Expect.Equal(card.Read(Registers + 0x10), 1u, "TOE_STATUS after ENABLE");
    }

    /// <summary>The other end of the wire.</summary>
    public ScriptedPeer Peer { get; }

    /// <summary>Whether a card has the engine: CAP_FEATURES bit 0.</summary>
    /// <param name="card">The card.</param>
    public static bool IsOffered(RawCard card) => (card.Read(0x48) & 1) != 0;

    /// <summary>Posts a command.</summary>
    /// <param name="command">64 bytes; the cookie is filled in.</param>
    /// <returns>Its cookie.</returns>
    public uint Post(Bytes command)
    {
        command.U32(4, ++_cookie);
        command.Span.CopyTo(_ring.Span[(int)((_tail & ((1u << Log2) - 1)) * EntryBytes)..]);
        _card.Write(Registers + 0x18, ++_tail);
        return _cookie;
    }

    /// <summary>Posts SEND or RECEIVE for one run of memory.</summary>
    /// <param name="opcode">SEND or RECEIVE.</param>
    /// <param name="connection">Connection.</param>
    /// <param name="memory">Where.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="flags">RECEIVE: 1 resumes.</param>
    /// <param name="type">SEND: content type.</param>
    /// <returns>Its cookie.</returns>
    public uint Transfer(byte opcode, ulong connection, ulong memory, int length, byte flags = 0, byte type = 0)
    {
        int slot = (int)(_tail & ((1u << Log2) - 1)) * EntryBytes;
        new Bytes(16).U64(0, memory).U32(8, (uint)length).Span.CopyTo(_lists.Span[slot..]);
        return Post(new Bytes(EntryBytes).U8(0, opcode).U8(1, flags).U64(8, connection).U64(16, _lists.BusAddress + (ulong)slot).U32(24, 1).U8(28, type));
    }

    /// <summary>Posts SWITCH_TLS.</summary>
    /// <param name="connection">Connection.</param>
    /// <param name="context">Context of TX_CREATE.</param>
    /// <param name="receive">Direction.</param>
    /// <param name="number">Number of the first record.</param>
    /// <param name="offset">Plain bytes before it; all ones for the next boundary.</param>
    /// <param name="fragment">Most bytes in a record.</param>
    /// <returns>Its cookie.</returns>
    public uint SwitchTls(ulong connection, ulong context, bool receive, ulong number = 0, ulong offset = ulong.MaxValue, ushort fragment = 0) =>
        Post(new Bytes(EntryBytes).U8(0, Switch).U64(8, connection).U64(16, context).U64(24, number).U64(32, offset).U8(40, receive ? (byte)1 : (byte)0).U16(42, fragment));

    /// <summary>Posts OPEN to the peer.</summary>
    /// <returns>Its cookie.</returns>
    public uint Connect() => Post(new Bytes(EntryBytes).U8(0, Open).Raw(16, [192, 0, 2, 2]).U16(32, PeerPort).U8(36, 4));

    /// <summary>Waits for the completion of a command.</summary>
    /// <param name="cookie">Its cookie.</param>
    /// <param name="what">What the command is, for the message.</param>
    public RawToeCompletion End(uint cookie, string what)
    {
        _card.Wait(() => HasEnded(cookie), $"{what} completes", 10_000 * RawCard.Millisecond);
        return _ended[cookie];
    }

    /// <summary>Whether a command has completed.</summary>
    /// <param name="cookie">Its cookie.</param>
    public bool HasEnded(uint cookie)
    {
        Peer.Pump();
        Reap();
        return _ended.ContainsKey(cookie);
    }

    /// <summary>Waits for something while the peer answers.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What it means.</param>
    public void Wait(Func<bool> condition, string what) => _card.Wait(
        () =>
        {
            Peer.Pump();
            Reap();
            return condition();
        },
        what,
        10_000 * RawCard.Millisecond);

    /// <summary>Lets time pass while the peer answers.</summary>
    /// <param name="ps">How long, in picoseconds.</param>
    public void Run(long ps = 10 * RawCard.Millisecond) => _card.Rig.Clock.WaitUntil(
        () =>
        {
            Peer.Pump();
            Reap();
            return false;
        },
        ps);

    /// <summary>A connection that the card opened to the peer.</summary>
    /// <param name="handle">Its handle.</param>
    public PeerConnection Established(out ulong handle)
    {
        RawToeCompletion opened = End(Connect(), "OPEN");
        Expect.Equal(opened.Status, 0, "the status of OPEN");
        handle = opened.Handle;
        return Peer.Connections[^1];
    }

    /// <summary>Creates a key and a context for one direction.</summary>
    /// <param name="keys">Key, IV and version.</param>
    public ulong Context(FlowKeys keys)
    {
        Expect.Equal(_card.KeyCreate(keys, out ulong key), 0u, "the status of KEY_CREATE");
        Expect.Equal(_card.TxCreate(keys, key, 0, out ulong context), 0u, "the status of TX_CREATE");
        return context;
    }

    /// <summary>Reads a 64-bit counter of the engine.</summary>
    /// <param name="offset">Offset in the block.</param>
    public ulong Counter(uint offset) => _card.Read64(Registers + offset);

    private void Reap()
    {
        uint before = _consumer;
        while (true)
        {
            ReadOnlySpan<byte> entry = _completions.Span.Slice((int)((_consumer & ((1u << Log2) - 1)) * EntryBytes), EntryBytes);
            bool phase = (entry[63] & 0x80) != 0;
            if (phase != (((_consumer >> Log2) & 1) == 0)) break;
            var completion = RawToeCompletion.Read(entry);
            Expect.That(_ended.TryAdd(completion.Cookie, completion), "a command completes once");
            _consumer++;
        }

        if (_consumer != before) _card.Write(Registers + 0x34, _consumer);
    }
}
