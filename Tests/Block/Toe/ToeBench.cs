using System.Buffers.Binary;
using NicEmu.Net;
using NicEmu.Tests.Block.Native;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Toe;

/// <summary>A card with a TCP offload engine on a bench, driven by raw registers, and a TCP/IP stack at the other end of the wire. All numbers are the manual's, typed by hand.</summary>
internal sealed class ToeBench
{
    public const ulong Toe = 0x8000;
    public const ulong Ring = FakeHost.Base + 0x30_0000;
    public const ulong Completions = FakeHost.Base + 0x31_0000;
    public const ulong Lists = FakeHost.Base + 0x32_0000;
    public const ulong Memory = FakeHost.Base + 0x38_0000;

    private uint _consumer;
    private uint _tail;
    private int _framesSeen;

    public ToeBench(int connections = 4, bool enable = true)
    {
        Card = new NativeBench(toeConnections: connections);
        Peer = NewPeer();
        if (enable)
        {
            Enable();
        }
    }

    public NativeBench Card { get; }

    public NetStack Peer { get; private set; }

    public List<byte[]> Ended { get; } = [];

    public uint Status => Card.Read(0, Toe + 0x10);

    /// <summary>Programs and enables the engine: rings of 16 commands and 64 completions, address 10.0.0.1.</summary>
    public void Enable(ulong ring = Ring, uint log2 = 4, ulong completions = Completions, uint completionLog2 = 6, uint vector = 5)
    {
        (_consumer, _tail) = (0, 0);
        Ended.Clear();
        Card.Host.At(Completions, 64 << 6).Clear();
        Card.Write(0, Toe, ring, 8);
        Card.Write(0, Toe + 0x08, log2);
        Card.Write(0, Toe + 0x20, completions, 8);
        Card.Write(0, Toe + 0x28, completionLog2);
        Card.Write(0, Toe + 0x30, vector);
        Card.Write(0, Toe + 0x50, 0x0100_000A);
        // Every frame is taken in, whatever its address.
        Card.Write(0, 0x0400, 0x5);
        Card.Write(0, Toe + 0x0C, 1);
    }

    /// <summary>Puts a command into the ring and rings the doorbell; its cookie is its number from 0.</summary>
    public uint Post(byte[] command)
    {
        uint cookie = _tail;
        BinaryPrimitives.WriteUInt32LittleEndian(command.AsSpan(4), cookie);
        command.CopyTo(Card.Host.At(Ring + (64 * (ulong)(_tail & 15)), 64));
        Card.Write(0, Toe + 0x18, ++_tail);
        return cookie;
    }

    public static byte[] Command(byte opcode, ulong handle = 0, byte flags = 0)
    {
        var command = new byte[64];
        (command[0], command[1]) = (opcode, flags);
        BinaryPrimitives.WriteUInt64LittleEndian(command.AsSpan(8), handle);
        return command;
    }

    /// <summary>SEND (4) or RECEIVE (5) with a list.</summary>
    public static byte[] Transfer(byte opcode, ulong handle, ulong list = Lists, uint count = 1)
    {
        byte[] command = Command(opcode, handle);
        BinaryPrimitives.WriteUInt64LittleEndian(command.AsSpan(16), list);
        BinaryPrimitives.WriteUInt32LittleEndian(command.AsSpan(24), count);
        return command;
    }

    public static byte[] Open(ushort port = 80)
    {
        byte[] command = Command(1);
        ((byte[])[10, 0, 0, 2]).CopyTo(command, 16);
        BinaryPrimitives.WriteUInt16LittleEndian(command.AsSpan(32), port);
        command[36] = 4;
        return command;
    }

    public static byte[] Switch(ulong handle, ulong context, byte direction, ulong offset = ulong.MaxValue)
    {
        byte[] command = Command(6, handle);
        BinaryPrimitives.WriteUInt64LittleEndian(command.AsSpan(16), context);
        BinaryPrimitives.WriteUInt64LittleEndian(command.AsSpan(32), offset);
        command[40] = direction;
        return command;
    }

    public void List(int index, ulong address, uint length, uint reserved = 0)
    {
        Span<byte> piece = Card.Host.At(Lists + (16 * (ulong)index), 16);
        BinaryPrimitives.WriteUInt64LittleEndian(piece, address);
        BinaryPrimitives.WriteUInt32LittleEndian(piece[8..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(piece[12..], reserved);
    }

    /// <summary>Lets card and peer work.</summary>
    public void Run(int steps = 60)
    {
        for (int i = 0; i < steps; i++)
        {
            Card.Run(NativeBench.Millisecond / 50);
            for (; _framesSeen < Card.Link.Sent.Count; _framesSeen++)
            {
                Peer.Input(Card.Link.Sent[_framesSeen], Card.Loop.NowPs);
            }

            var frame = new byte[2048];
            while (Peer.TryPoll(Card.Loop.NowPs, frame, out int length))
            {
                Card.Link.Inject(frame.AsSpan(0, length).ToArray());
            }

            Reap();
        }
    }

    /// <summary>Posts a command and waits for its completion.</summary>
    public byte[] Do(byte[] command, string what)
    {
        uint cookie = Post(command);
        for (int i = 0; i < 100 && Find(cookie) is null; i++)
        {
            Run(5);
        }

        byte[]? found = Find(cookie);
        Assert.That(found, Is.Not.Null, $"{what} completes");
        return found!;
    }

    public byte[]? Find(uint cookie) => Ended.Find(c => BinaryPrimitives.ReadUInt32LittleEndian(c.AsSpan(4)) == cookie);

    /// <summary>An established connection.</summary>
    public ulong Connect()
    {
        Peer.Listen(80);
        byte[] opened = Do(Open(), "OPEN");
        Assert.That(opened[0], Is.Zero, "OPEN");
        return HandleOf(opened);
    }

    public static ulong HandleOf(byte[] completion) => BinaryPrimitives.ReadUInt64LittleEndian(completion.AsSpan(8));

    /// <summary>A key object and a context under it.</summary>
    public ulong Context()
    {
        for (ulong i = 0; i < 16; i += 4)
        {
            Card.Write(0, 0x140 + i, 0x0101_0101 * (1 + i));
        }

        var key = new byte[16];
        key[8] = 1;
        Assert.That(Card.Command(16, key), Is.Zero, "KEY_CREATE");
        ulong handle = BinaryPrimitives.ReadUInt64LittleEndian(Card.Reply(8));
        for (ulong i = 0; i < 12; i += 4)
        {
            Card.Write(0, 0x160 + i, 0x0202_0202);
        }

        var context = new byte[32];
        BinaryPrimitives.WriteUInt64LittleEndian(context, handle);
        BinaryPrimitives.WriteUInt16LittleEndian(context.AsSpan(8), 0x0304);
        Assert.That(Card.Command(32, context), Is.Zero, "TX_CREATE");
        return BinaryPrimitives.ReadUInt64LittleEndian(Card.Reply(8));
    }

    /// <summary>Resets the function and brings everything up anew.</summary>
    public void StartAnew()
    {
        Card.Host.Inside = null;
        Card.Device.Function.Reset(Spec.Seams.ResetKind.FunctionLevel);
        Card.Link.SetUp(true);
        Card.Start();
        Peer = NewPeer();
        _framesSeen = Card.Link.Sent.Count;
        Enable();
    }

    /// <summary>Opens a connection and moves bytes both ways.</summary>
    public void AssertWorks(string what)
    {
        TcpListener listener = Peer.Listen(80);
        byte[] opened = Do(Open(), what + ": OPEN");
        Assert.That(opened[0], Is.Zero, what + ": OPEN");
        ulong handle = HandleOf(opened);
        Assert.That(listener.TryAccept(out TcpConnection? peer), Is.True, what);
        Card.Host.At(Memory, 3).Fill(0x77);
        List(0, Memory, 3);
        Assert.That(Do(Transfer(4, handle), what + ": SEND")[0], Is.Zero, what + ": SEND");
        Run(5);
        Assert.That(peer!.TryReceive(out ReceivedChunk chunk) && chunk.Bytes.SequenceEqual((byte[])[0x77, 0x77, 0x77]), Is.True, what + ": bytes at the peer");
        peer.Write([1, 2]);
        List(0, Memory + 64, 16);
        byte[] received = Do(Transfer(5, handle), what + ": RECEIVE");
        Assert.That((received[0], received[16]), Is.EqualTo(((byte)0, (byte)2)), what + ": RECEIVE");
    }

    private static NetStack NewPeer() => new(new NetStackConfig { Mac = MacAddress.Parse("02:00:00:00:00:02"), Ipv4Address = IpAddress.Parse("10.0.0.2"), Seed = 3 });

    private void Reap()
    {
        if ((Status & 1) == 0)
        {
            return;
        }

        uint before = _consumer;
        while (true)
        {
            Span<byte> entry = Card.Host.At(Completions + (64 * (ulong)(_consumer & 63)), 64);
            if ((entry[63] >> 7 != 0) != (((_consumer >> 6) & 1) == 0))
            {
                break;
            }

            Ended.Add(entry.ToArray());
            _consumer++;
        }

        if (_consumer != before)
        {
            Card.Write(0, Toe + 0x34, _consumer);
        }
    }
}
