using System.Buffers.Binary;
using NicEmu.Spec.Events;
using NicEmu.Tests.Block.Native;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Toe;

/// <summary>Commands of the TCP offload engine by raw registers: what a guest may get wrong, and how the card answers.</summary>
internal sealed class ToeCommandTests
{
    private const byte BadOpcode = 1;
    private const byte BadParameter = 2;
    private const byte BadHandle = 3;
    private const byte NoRoom = 4;
    private const byte Unreachable = 7;
    private const byte BadState = 10;
    private const byte DmaFault = 13;
    private const byte KeyStale = 16;
    private const byte InUse = 17;

    private static readonly byte[] Opcodes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 0x7F, 0xFF];

    [TestCaseSource(nameof(Opcodes))]
    public void Command_HandleOfNothing_IsRefusedOnce(byte opcode)
    {
        var bench = new ToeBench();
        ulong[] handles = [0, 1, 0x1_0000, 0x101_0000, 0x201_0003, 0x101_0004, 0x102_0050, ulong.MaxValue];

        byte[][] ended = [.. handles.Select(h => bench.Do(ToeBench.Command(opcode, h), $"command {opcode} of {h:X}"))];

        byte expected = opcode switch
        {
            1 or 2 => BadParameter,
            >= 3 and <= 7 => BadHandle,
            _ => BadOpcode,
        };
        Assert.That(ended.Select(c => c[0]), Is.All.EqualTo(expected));
        Assert.That(ended.Select(c => c[1]), Is.All.EqualTo(opcode));
        bench.AssertWorks("afterwards");
    }

    [TestCaseSource(nameof(Opcodes))]
    public void Command_AllOnes_IsRefused(byte opcode)
    {
        var bench = new ToeBench();
        byte[] command = new byte[64];
        Array.Fill(command, (byte)0xFF);
        command[0] = opcode;

        byte[] ended = bench.Do(command, "a command of all ones");

        Assert.That(ended[0], Is.EqualTo(opcode is >= 1 and <= 7 ? BadParameter : BadOpcode));
        bench.AssertWorks("afterwards");
    }

    [Test]
    public void Command_AnyByteOfTheRestSet_IsRefusedOrTaken([Values(1, 2, 3, 4, 5, 6, 7)] byte opcode)
    {
        for (int at = 16; at < 64; at++)
        {
            var bench = new ToeBench();
            ulong handle = bench.Connect();
            byte[] command = ToeBench.Command(opcode, opcode is 1 or 2 ? 0 : handle);
            command[at] = 0xFF;
            uint cookie = bench.Post(command);
            bench.Run(20);

            byte[]? ended = bench.Find(cookie);

            Assert.That(ended is not null || opcode is 1, Is.True, $"opcode {opcode}, byte {at}");
            Assert.That(bench.Status, Is.EqualTo(1u), $"opcode {opcode}, byte {at}: the engine runs on");
        }
    }

    [Test]
    public void Open_AddressesOfNobody_AreUnreachable()
    {
        var bench = new ToeBench();
        byte[][] addresses = [[0, 0, 0, 0], [224, 0, 0, 1], [255, 255, 255, 255], [10, 0, 0, 1]];

        IEnumerable<byte> statuses = addresses.Select(a =>
        {
            byte[] open = ToeBench.Open();
            a.CopyTo(open, 16);
            return bench.Do(open, "OPEN")[0];
        });

        Assert.That(statuses, Is.All.EqualTo(Unreachable));
    }

    [Test]
    public void Open_Ipv6WithoutAnAddress_IsUnreachable()
    {
        var bench = new ToeBench();
        byte[] open = ToeBench.Open();
        open[36] = 6;

        Assert.That(bench.Do(open, "OPEN")[0], Is.EqualTo(Unreachable));
    }

    [Test]
    public void Open_PortOfAListenerOrOfTheSameConnection_IsInUse()
    {
        var bench = new ToeBench();
        bench.Peer.Listen(80);
        byte[] listen = ToeBench.Command(2);
        BinaryPrimitives.WriteUInt16LittleEndian(listen.AsSpan(34), 7000);
        byte[] open = ToeBench.Open();
        BinaryPrimitives.WriteUInt16LittleEndian(open.AsSpan(34), 6000);
        byte[] taken = ToeBench.Open();
        BinaryPrimitives.WriteUInt16LittleEndian(taken.AsSpan(34), 7000);

        Assert.That(bench.Do((byte[])listen.Clone(), "LISTEN")[0], Is.Zero);
        Assert.That(bench.Do((byte[])listen.Clone(), "LISTEN again")[0], Is.EqualTo(InUse));
        Assert.That(bench.Do((byte[])open.Clone(), "OPEN")[0], Is.Zero);
        Assert.That(bench.Do((byte[])open.Clone(), "OPEN again")[0], Is.EqualTo(InUse));
        Assert.That(bench.Do(taken, "OPEN from the listener's port")[0], Is.EqualTo(InUse));
    }

    [Test]
    public void Listen_SeventeenthPort_HasNoRoom()
    {
        var bench = new ToeBench();

        byte[] statuses = [.. Enumerable.Range(1, 17).Select(i =>
        {
            byte[] listen = ToeBench.Command(2);
            BinaryPrimitives.WriteUInt16LittleEndian(listen.AsSpan(34), (ushort)(1000 + i));
            return bench.Do(listen, "LISTEN")[0];
        })];

        Assert.That(statuses[..16], Is.All.Zero);
        Assert.That(statuses[16], Is.EqualTo(NoRoom));
    }

    [TestCase(0u)]
    [TestCase(65u)]
    [TestCase(uint.MaxValue)]
    public void Transfer_PieceCountOutOfRange_IsRefused(uint count)
    {
        var bench = new ToeBench();
        ulong handle = bench.Connect();

        Assert.That(bench.Do(ToeBench.Transfer(4, handle, count: count), "SEND")[0], Is.EqualTo(BadParameter));
        Assert.That(bench.Do(ToeBench.Transfer(5, handle, count: count), "RECEIVE")[0], Is.EqualTo(BadParameter));
    }

    [TestCase(0u, 0u)]
    [TestCase(0x10_0001u, 0u)]
    [TestCase(uint.MaxValue, 0u)]
    [TestCase(16u, 1u)]
    public void Send_PieceOutOfRange_IsRefusedAndTheStreamGoesOn(uint length, uint reserved)
    {
        var bench = new ToeBench();
        ulong handle = bench.Connect();
        bench.List(0, ToeBench.Memory, 16);
        bench.List(1, ToeBench.Memory, length, reserved);

        Assert.That(bench.Do(ToeBench.Transfer(4, handle, count: 2), "SEND")[0], Is.EqualTo(BadParameter));
        Assert.That(bench.Do(ToeBench.Transfer(4, handle), "SEND")[0], Is.Zero);
    }

    [Test]
    public void Send_SixtyFourPieces_AreGathered()
    {
        var bench = new ToeBench();
        NicEmu.Net.TcpListener listener = bench.Peer.Listen(80);
        ulong handle = ToeBench.HandleOf(bench.Do(ToeBench.Open(), "OPEN"));
        Span<byte> memory = bench.Card.Host.At(ToeBench.Memory, 256);
        for (int i = 0; i < 256; i++)
        {
            memory[i] = (byte)i;
        }

        for (int i = 0; i < 64; i++)
        {
            bench.List(i, ToeBench.Memory + (ulong)(255 - (4 * i)), 1);
        }

        byte[] ended = bench.Do(ToeBench.Transfer(4, handle, count: 64), "SEND");
        bench.Run(10);

        listener.TryAccept(out NicEmu.Net.TcpConnection? peer);
        Assert.That((ended[0], ended[16]), Is.EqualTo(((byte)0, (byte)64)));
        Assert.That(peer!.TryReceive(out NicEmu.Net.ReceivedChunk chunk), Is.True);
        Assert.That(chunk.Bytes.ToArray(), Is.EqualTo(Enumerable.Range(0, 64).Select(i => (byte)(255 - (4 * i)))));
    }

    [TestCase(0x10ul)]
    [TestCase(ulong.MaxValue)]
    [TestCase(ulong.MaxValue - 15)]
    [TestCase(FakeHost.Base + FakeHost.Size - 8)]
    public void Transfer_ListUnmapped_IsADmaFaultAndEndsTheDirection(ulong list)
    {
        var bench = new ToeBench();
        ulong handle = bench.Connect();

        Assert.That(bench.Do(ToeBench.Transfer(4, handle, list), "SEND")[0], Is.EqualTo(DmaFault));
        bench.List(0, ToeBench.Memory, 16);
        Assert.That(bench.Do(ToeBench.Transfer(4, handle), "SEND behind it")[0], Is.EqualTo(DmaFault));
        Assert.That(bench.Do(ToeBench.Command(7, handle, 1), "CLOSE")[0], Is.Zero);
    }

    [TestCase(0x10ul)]
    [TestCase(ulong.MaxValue)]
    [TestCase(FakeHost.Base + FakeHost.Size - 8)]
    public void Send_PieceUnmapped_IsADmaFaultAndNothingOfItLeaves(ulong address)
    {
        var bench = new ToeBench();
        ulong handle = bench.Connect();
        bench.List(0, ToeBench.Memory, 16);
        bench.List(1, address, 16);
        int frames = bench.Card.Link.Sent.Count;

        byte status = bench.Do(ToeBench.Transfer(4, handle, count: 2), "SEND")[0];

        Assert.That(status, Is.EqualTo(DmaFault));
        Assert.That(bench.Card.Link.Sent, Has.Count.EqualTo(frames));
    }

    [Test]
    public void Receive_PieceUnmapped_IsADmaFault()
    {
        var bench = new ToeBench();
        NicEmu.Net.TcpListener listener = bench.Peer.Listen(80);
        ulong handle = ToeBench.HandleOf(bench.Do(ToeBench.Open(), "OPEN"));
        listener.TryAccept(out NicEmu.Net.TcpConnection? peer);
        peer!.Write([1, 2, 3]);
        bench.List(0, 0x10, 16);

        Assert.That(bench.Do(ToeBench.Transfer(5, handle), "RECEIVE")[0], Is.EqualTo(DmaFault));
    }

    [Test]
    public void SwitchTls_ContextOfNothing_EndsTheDirectionAtTheFirstRecord()
    {
        ulong[] contexts = [0, 1, ulong.MaxValue, 0x0001_0000_0100_0000];
        foreach (ulong context in contexts)
        {
            var bench = new ToeBench();
            ulong handle = bench.Connect();
            bench.List(0, ToeBench.Memory, 16);
            Assert.That(bench.Do(ToeBench.Switch(handle, context, 0), "SWITCH_TLS")[0], Is.Zero);
            int frames = bench.Card.Link.Sent.Count;

            Assert.That(bench.Do(ToeBench.Transfer(4, handle), "SEND")[0], Is.EqualTo(KeyStale));
            Assert.That(bench.Card.Link.Sent, Has.Count.EqualTo(frames), "nothing leaves");
        }
    }

    [Test]
    public void Revoke_KeyOfAConnection_EndsItsDirection()
    {
        var bench = new ToeBench();
        ulong handle = bench.Connect();
        ulong context = bench.Context();
        bench.List(0, ToeBench.Memory, 16);
        bench.Do(ToeBench.Switch(handle, context, 0), "SWITCH_TLS");
        Assert.That(bench.Do(ToeBench.Transfer(4, handle), "SEND")[0], Is.Zero);
        var destroy = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(destroy, context);

        Assert.That(bench.Card.Command(33, destroy), Is.Zero, "TX_DESTROY");
        Assert.That(bench.Do(ToeBench.Transfer(4, handle), "SEND")[0], Is.EqualTo(KeyStale));
    }

    [Test]
    public void Commands_WithoutRoomForTheirCompletion_AreNotTaken()
    {
        var bench = new ToeBench(enable: false);
        bench.Enable(completionLog2: 6);
        ulong handle = bench.Connect();
        bench.List(0, ToeBench.Memory, 16);
        // 63 wait: the completion ring of 64 has room for one more.
        for (int i = 0; i < 63; i++)
        {
            bench.Post(ToeBench.Transfer(5, handle));
            bench.Run(2);
        }

        Assert.That(bench.Do(ToeBench.Command(7, 99), "CLOSE of nothing")[0], Is.EqualTo(BadHandle), "a command is taken while there is room for its completion");
        uint last = bench.Post(ToeBench.Transfer(5, handle));
        uint beyond = bench.Post(ToeBench.Command(7, 99));
        bench.Run(20);
        Assert.That((bench.Find(last), bench.Find(beyond)), Is.EqualTo(((byte[]?)null, (byte[]?)null)), "64 wait: nothing more is taken");
        Assert.That(bench.Status, Is.EqualTo(1u));
    }

    [Test]
    public void Close_CommandsThatWait_AreCompletedFirst()
    {
        var bench = new ToeBench();
        ulong handle = bench.Connect();
        bench.List(0, ToeBench.Memory, 16);
        uint first = bench.Post(ToeBench.Transfer(5, handle));
        uint second = bench.Post(ToeBench.Transfer(5, handle));

        Assert.That(bench.Do(ToeBench.Command(7, handle, 1), "CLOSE")[0], Is.Zero);

        Assert.That((bench.Find(first)![0], bench.Find(second)![0]), Is.EqualTo(((byte)18, (byte)18)));
        Assert.That(bench.Do(ToeBench.Transfer(5, handle), "RECEIVE")[0], Is.EqualTo(BadHandle), "the handle is past");
        Assert.That(bench.Card.Read(0, 0x804C), Is.Zero, "TOE_USED");
    }

    [Test]
    public void Close_WhileOpening_NeedsAHandleThatIsNotKnownYet()
    {
        var bench = new ToeBench();
        uint open = bench.Post(ToeBench.Open());
        bench.Run(1);

        Assert.That(bench.Do(ToeBench.Transfer(4, 0x101_0000), "SEND")[0], Is.AnyOf(BadState, BadHandle));
        bench.Run(20);
        Assert.That(bench.Find(open)![0], Is.EqualTo(5), "nobody listens");
    }

    [Test]
    public void Errors_OfAll_AreGuestErrorsOfDmaOnly()
    {
        var bench = new ToeBench();
        ulong handle = bench.Connect();
        bench.Do(ToeBench.Transfer(4, handle, 0x10), "SEND");

        Assert.That(bench.Card.Errors, Is.EqualTo(new[] { GuestErrorCode.DmaFault }));
    }
}
