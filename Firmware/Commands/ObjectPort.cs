using System.Runtime.InteropServices;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Seams;

namespace NicEmu.Firmware.Commands;

/// <summary>The object command registers: puts an image into card memory, lets the hardware run it, fetches what came of it.</summary>
/// <param name="bus">The internal bus.</param>
internal sealed class ObjectPort(IInternalBus bus)
{
    private static InternalBlock Block => NativeMap.Internal;

    /// <summary>The result area of the last command.</summary>
    public ReadOnlySpan<byte> Result => bus.Window((int)InternalWindow.Scratch).Slice(InternalBlock.ResultOffset, InternalBlock.ImageLength);

    /// <summary>Runs a command.</summary>
    /// <typeparam name="T">Layout of its request.</typeparam>
    /// <param name="opcode">The command.</param>
    /// <param name="image">Its request, checked.</param>
    /// <param name="made">The object that it made; zero for none.</param>
    public MailboxStatus Execute<T>(MailboxOpcode opcode, T image, out ulong made)
        where T : unmanaged
    {
        Span<byte> area = bus.Window((int)InternalWindow.Scratch).Slice(InternalBlock.ImageOffset, InternalBlock.ImageLength);
        area.Clear();
        MemoryMarshal.Write(area, image);
        bus.Write(Block.ObjectControl.Offset, Block.ObjectGo.Insert(Block.ObjectOpcode.Insert(0, (uint)opcode), 1));
        made = bus.Read(Block.ObjectReply.Offset) | ((ulong)bus.Read(Block.ObjectReply.Offset + 4) << 32);
        return (MailboxStatus)Block.ObjectStatus.Extract(bus.Read(Block.ObjectResult.Offset));
    }

    /// <summary>Runs a command whose request is one handle.</summary>
    /// <param name="opcode">The command.</param>
    /// <param name="handle">The object.</param>
    public MailboxStatus Execute(MailboxOpcode opcode, ulong handle) => Execute(opcode, new HandleRequest { Handle = handle }, out _);
}
