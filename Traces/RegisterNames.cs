using System.Globalization;
using System.Text;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Registers;

namespace NicEmu.Traces;

/// <summary>Turns accesses into register names and field values, as the register declarations tell.</summary>
public sealed class RegisterNames
{
    private readonly RegisterBlock[] _blocks;
    private readonly MemoryArea[] _areas;

    /// <summary>Takes the declarations.</summary>
    /// <param name="blocks">All blocks that accesses may hit.</param>
    /// <param name="areas">Memory that is no register.</param>
    public RegisterNames(IEnumerable<RegisterBlock> blocks, IEnumerable<MemoryArea> areas)
    {
        _blocks = [.. blocks];
        _areas = [.. areas];
    }

    /// <summary>The native interface.</summary>
    public static RegisterNames Native { get; } = new(
        NativeMap.Blocks,
        [
            new MemoryArea("MBOX_REQUEST", NativeDevice.RegisterBar, MailboxBlock.RequestOffset, MailboxBlock.AreaLength),
            new MemoryArea("MBOX_REPLY", NativeDevice.RegisterBar, MailboxBlock.ReplyOffset, MailboxBlock.AreaLength),
            new MemoryArea("MSIX_TABLE", NativeDevice.MsixBar, 0, NativeDevice.MsixPendingOffset),
            new MemoryArea("MSIX_PENDING", NativeDevice.MsixBar, NativeDevice.MsixPendingOffset, NativeDevice.MsixBarSize - NativeDevice.MsixPendingOffset),
        ]);

    /// <summary>The declarations.</summary>
    public IReadOnlyList<RegisterBlock> Blocks => _blocks;

    /// <summary>Memory that is no register.</summary>
    public IReadOnlyList<MemoryArea> Areas => _areas;

    /// <summary>Finds the register that an access begins in.</summary>
    /// <param name="bar">Memory window.</param>
    /// <param name="offset">Byte offset in the window.</param>
    /// <param name="location">The register.</param>
    /// <returns>False when none is declared there.</returns>
    public bool TryFind(int bar, ulong offset, out RegisterLocation location)
    {
        foreach (RegisterBlock block in _blocks)
        {
            ulong end = block.BaseOffset + ((ulong)block.Size * (ulong)block.Count);
            if (block.Bar == bar && offset >= block.BaseOffset && offset < end)
            {
                uint within = (uint)(offset - block.BaseOffset);
                uint inInstance = within % block.Size;
                if (block.TryGet(inInstance & ~3u, out Register? register))
                {
                    location = new RegisterLocation(block, (int)(within / block.Size), register, (int)(inInstance & 3));
                    return true;
                }
            }
        }

        location = default;
        return false;
    }

    /// <summary>Name of a register with the number of its block's instance: <c>TXQ3_CTRL</c> for TXQ_CTRL in instance 3 of TXQ.</summary>
    /// <param name="block">The block.</param>
    /// <param name="instance">Number of the instance.</param>
    /// <param name="name">Name of the register in the manual.</param>
    public static string NameOf(RegisterBlock block, int instance, string name)
    {
        string number = block.Count == 1 ? string.Empty : instance.ToString(CultureInfo.InvariantCulture);
        return name.StartsWith(block.Name, StringComparison.Ordinal)
            ? block.Name + number + name[block.Name.Length..]
            : number.Length == 0 ? name : block.Name + number + "_" + name;
    }

    /// <summary>Appends the name of what an access hits: a register, a 64-bit pair, an area, or the window's offset where nothing is declared.</summary>
    /// <param name="text">Receives the name.</param>
    /// <param name="bar">Memory window.</param>
    /// <param name="offset">Byte offset in the window.</param>
    /// <param name="length">Width of the access in bytes.</param>
    public void AppendName(StringBuilder text, int bar, ulong offset, int length)
    {
        if (!TryFind(bar, offset, out RegisterLocation at))
        {
            AppendArea(text, bar, offset);
            return;
        }

        text.Append(NameOf(at.Block, at.Instance, length == 8 && at.Register.PairName is not null ? at.Register.PairName : at.Register.Name));
        if (at.ByteOffset != 0)
        {
            text.Append($"+{at.ByteOffset}");
        }
    }

    /// <summary>Appends the fields that are not zero, lowest bit first: <c> OPCODE=0x12 GO=1</c>. One-bit fields are decimal. A field that fills its
    /// register is left out, because the value shows it already; of secret fields only the name is shown.</summary>
    /// <param name="text">Receives the fields, each with a space before it.</param>
    /// <param name="bar">Memory window.</param>
    /// <param name="offset">Byte offset in the window.</param>
    /// <param name="length">Width of the access in bytes; accesses of 8 bytes show the fields of both registers.</param>
    /// <param name="value">Value read or written.</param>
    public void AppendFields(StringBuilder text, int bar, ulong offset, int length, ulong value)
    {
        if (!TryFind(bar, offset, out RegisterLocation at))
        {
            return;
        }

        AppendFields(text, at.Register, (uint)(value << (8 * at.ByteOffset)));
        if (length == 8 && at.Block.TryGet(at.Register.Offset + 4, out Register? high))
        {
            AppendFields(text, high, (uint)(value >> 32));
        }
    }

    /// <summary>Whether an access touches a secret field, whose value no writer shows.</summary>
    /// <param name="bar">Memory window.</param>
    /// <param name="offset">Byte offset in the window.</param>
    /// <param name="length">Width of the access in bytes.</param>
    public bool IsSecret(int bar, ulong offset, int length)
    {
        for (ulong at = 0; at < (ulong)Math.Clamp(length, 0, 8); at += 4)
        {
            if (TryFind(bar, offset + at, out RegisterLocation found))
            {
                foreach (Field field in found.Register.Fields)
                {
                    if (field.IsSecret)
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private void AppendArea(StringBuilder text, int bar, ulong offset)
    {
        foreach (MemoryArea area in _areas)
        {
            if (area.Bar == bar && offset >= area.Offset && offset - area.Offset < area.Length)
            {
                text.Append($"{area.Name}+0x{offset - area.Offset:X2}");
                return;
            }
        }

        text.Append($"BAR{bar}+0x{offset:X4}");
    }

    private static void AppendFields(StringBuilder text, Register register, uint value)
    {
        for (int i = register.Fields.Count - 1; i >= 0; i--)
        {
            Field field = register.Fields[i];
            uint part = field.Extract(value);
            if (field.IsSecret)
            {
                text.Append($" {field.Name}=(secret)");
            }
            else if (part != 0 && field.Mask != uint.MaxValue)
            {
                _ = field.Msb == field.Lsb ? text.Append($" {field.Name}={part}") : text.Append($" {field.Name}=0x{part:X}");
            }
        }
    }
}
