using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NicEmu.Net;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;

namespace NicEmu.Firmware.Toe;

/// <summary>The engine's registers and windows as the program uses them: frames, commands, completions, steering rules.</summary>
/// <param name="bus">The internal bus.</param>
internal sealed class ToePort(IInternalBus bus)
{
    private uint _packetIn;
    private uint _packetOut;
    private uint _command;
    private uint _completion;

    /// <summary>Connections that card memory has room for.</summary>
    public int Capacity => (int)Block.Capacity.Extract(Read(Block.Status));

    /// <summary>Whether the host has the engine enabled.</summary>
    public bool IsEnabled
    {
        get
        {
            // A card without the engine reads all ones, and has no window.
            return Block.Enabled.Extract(Read(Block.Status)) != 0 && !bus.Window((int)InternalWindow.ToeCommands).IsEmpty;
        }
    }

    /// <summary>Card memory of all connections.</summary>
    public Span<byte> Memory => bus.Window((int)InternalWindow.CardMemory);

    private static ToeInternalBlock Block => NativeMap.ToeInternal;

    /// <summary>The addresses that the host set.</summary>
    public NetStackConfig ReadConfiguration()
    {
        Span<byte> mac = stackalloc byte[8];
        Span<byte> address = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(mac, Read(Block.MacLow));
        BinaryPrimitives.WriteUInt32LittleEndian(mac[4..], Read(Block.MacHigh));
        BinaryPrimitives.WriteUInt32LittleEndian(address, Read(Block.Ipv4));
        IpAddress ipv4 = IpAddress.ReadIpv4(address);
        for (int i = 0; i < Block.Ipv6.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(address[(4 * i)..], Read(Block.Ipv6[i]));
        }

        IpAddress ipv6 = IpAddress.ReadIpv6(address);
        return new NetStackConfig
        {
            Mac = MacAddress.Read(mac),
            Ipv4Address = ipv4.IsUnspecified ? default : ipv4,
            Ipv6Address = ipv6.IsUnspecified ? default : ipv6,
            Mtu = (int)Block.MtuBytes.Extract(Read(Block.Mtu)),
            Seed = BinaryPrimitives.ReadUInt64LittleEndian(mac),
            Tcp = ToeProgram.Tcp,
        };
    }

    /// <summary>The oldest frame that came in; valid until <see cref="DropFrame"/>.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="isVerified">Whether its checksums are right.</param>
    public bool TryPeekFrame(out ReadOnlySpan<byte> frame, out bool isVerified)
    {
        frame = default;
        isVerified = false;
        if (Read(Block.PacketInProducer) == _packetIn)
        {
            return false;
        }

        Span<byte> slot = PacketSlot(0, _packetIn);
        frame = slot.Slice(ToeDevice.PacketHeaderBytes, BinaryPrimitives.ReadInt32LittleEndian(slot));
        isVerified = (BinaryPrimitives.ReadUInt32LittleEndian(slot[4..]) & ToeDevice.ChecksumsGood) != 0;
        return true;
    }

    /// <summary>Gives the slot of the frame back.</summary>
    public void DropFrame() => Write(Block.PacketInConsumer, ++_packetIn);

    /// <summary>Whether a frame can be sent.</summary>
    public bool HasFrameRoom => _packetOut - Read(Block.PacketOutConsumer) < ToeDevice.PacketSlots;

    /// <summary>Sends a frame; there is room.</summary>
    /// <param name="segment">The frame.</param>
    public void Send(in OutgoingSegment segment)
    {
        Span<byte> slot = PacketSlot(ToeDevice.PacketSlots, _packetOut);
        uint flags = (segment.Connection is null ? 0 : ToeDevice.IsSegment) | (segment.IsRetransmission ? ToeDevice.IsRetransmission : 0);
        BinaryPrimitives.WriteInt32LittleEndian(slot, segment.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[4..], flags);
        segment.CopyTo(slot[ToeDevice.PacketHeaderBytes..]);
        Write(Block.PacketOutProducer, ++_packetOut);
    }

    /// <summary>Takes the oldest command of the host.</summary>
    /// <param name="command">The command.</param>
    public bool TryTakeCommand(out ToeCommand command)
    {
        command = default;
        if (Read(Block.CommandProducer) == _command)
        {
            return false;
        }

        command = MemoryMarshal.Read<ToeCommand>(CommandSlot(0, _command));
        Write(Block.CommandConsumer, ++_command);
        return true;
    }

    /// <summary>Posts a completion for the host.</summary>
    /// <param name="completion">The completion.</param>
    /// <returns>False when there is no room now; the line of the commands tells when there is.</returns>
    public bool TryComplete(in ToeCompletion completion)
    {
        if (_completion - Read(Block.CompletionDone) >= ToeDevice.CommandEntries)
        {
            return false;
        }

        MemoryMarshal.Write(CommandSlot(ToeDevice.CommandEntries, _completion), completion);
        Write(Block.CompletionProducer, ++_completion);
        return true;
    }

    /// <summary>Adds or removes the rule that leads a connection's segments here.</summary>
    /// <param name="flow">The connection; a remote address that is unspecified and port 0: every peer.</param>
    /// <param name="add">Whether to add.</param>
    /// <returns>Whether the rule was added or removed.</returns>
    public bool Steer(in TcpTuple flow, bool add)
    {
        WriteAddress(Block.RuleRemote, flow.RemoteAddress);
        WriteAddress(Block.RuleLocal, flow.LocalAddress);
        Write(Block.RulePorts, Block.RemotePort.Insert(Block.LocalPort.Insert(0, flow.LocalPort), flow.RemotePort));
        Write(Block.RuleControl, Block.RuleGo.Mask | (flow.LocalAddress.IsIpv6 ? Block.RuleIpv6.Mask : 0) | (add ? Block.RuleAdd.Mask : 0));
        return Block.RuleOk.Extract(Read(Block.RuleResult)) != 0;
    }

    /// <summary>Shows how many connections take card memory.</summary>
    /// <param name="count">Connections.</param>
    public void ShowUsed(int count) => Write(Block.Used, (uint)count);

    /// <summary>Counts an established connection.</summary>
    public void CountOpened() => Write(Block.Opened, 1);

    /// <summary>Counts a connection for which there was no room.</summary>
    public void CountRefused() => Write(Block.Refused, 1);

    private Span<byte> PacketSlot(int first, uint index) =>
        bus.Window((int)InternalWindow.PacketRing).Slice((first + (int)(index % ToeDevice.PacketSlots)) * ToeDevice.PacketSlotBytes, ToeDevice.PacketSlotBytes);

    private Span<byte> CommandSlot(int first, uint index) => bus.Window((int)InternalWindow.ToeCommands).Slice((first + (int)(index % ToeDevice.CommandEntries)) * 64, 64);

    private void WriteAddress(Register[] words, in IpAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.Write(bytes);
        for (int i = 0; i < words.Length; i++)
        {
            Write(words[i], BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]));
        }
    }

    private uint Read(Register register) => bus.Read(ToeInternalBlock.Offset + register.Offset);

    private void Write(Register register, uint value) => bus.Write(ToeInternalBlock.Offset + register.Offset, value);
}
