using System.Globalization;
using System.Text;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;

namespace NicEmu.Traces;

/// <summary>
/// Generates the Wireshark dissector of our two private link types from the register declarations and enumerations, so that its names cannot
/// differ from the manual's. The text is committed as <c>Traces/nicemu.lua</c>.
/// </summary>
public static class LuaDissector
{
    private const string TablesMark = "--@TABLES@";

    /// <summary>The dissector's text, with line feeds.</summary>
    /// <param name="names">Registers and areas; null for the native interface.</param>
    public static string Generate(RegisterNames? names = null)
    {
        using Stream template = typeof(LuaDissector).Assembly.GetManifestResourceStream("NicEmu.Traces.nicemu.template.lua")
            ?? throw new ModelException("The dissector's template is not embedded.");
        using var reader = new StreamReader(template, Encoding.UTF8);
        return reader.ReadToEnd().Replace(TablesMark, Tables(names ?? RegisterNames.Native), StringComparison.Ordinal);
    }

    private static string Tables(RegisterNames names)
    {
        var lua = new StringBuilder();
        Names<TraceEventKind>(lua, "kinds");
        Names<GuestErrorCode>(lua, "guest_errors");
        Names<NetworkAction>(lua, "network_actions");
        Names<BusStatus>(lua, "bus_status");
        Names<ResetKind>(lua, "reset_kinds");
        Names<MailboxOpcode>(lua, "mailbox_opcodes");
        Names<MailboxStatus>(lua, "mailbox_status");
        Names<TxStatus>(lua, "tx_status");
        Names<TxMode>(lua, "tx_modes");
        Names<TxResyncStep>(lua, "tx_steps");
        Names<RxStatus>(lua, "rx_status");
        Names<RxState>(lua, "rx_states");
        Names<TlsCipher>(lua, "ciphers");
        Names<TlsVersion>(lua, "versions");
        Blocks(lua, names.Blocks);
        Areas(lua, names.Areas);
        return lua.ToString().TrimEnd('\n');
    }

    private static void Names<T>(StringBuilder lua, string table)
        where T : struct, Enum
    {
        lua.Append($"local {table} = {{\n");
        foreach (T value in Enum.GetValues<T>())
        {
            lua.Append($"  [{Convert.ToInt64(value, CultureInfo.InvariantCulture)}] = \"{value}\",\n");
        }

        lua.Append("}\n\n");
    }

    private static void Blocks(StringBuilder lua, IReadOnlyList<RegisterBlock> blocks)
    {
        lua.Append("-- Names of registers in blocks with several instances hold the place of the instance's number.\nlocal blocks = {\n");
        foreach (RegisterBlock block in blocks)
        {
            lua.Append($"  {{ bar = {block.Bar}, base = 0x{block.BaseOffset:X}, size = 0x{block.Size:X}, count = {block.Count}, registers = {{\n");
            foreach (Register register in block.Registers)
            {
                lua.Append($"    [0x{register.Offset:X2}] = {{ name = \"{Pattern(block, register.Name)}\"");
                if (register.PairName is not null)
                {
                    lua.Append($", pair = \"{Pattern(block, register.PairName)}\"");
                }

                lua.Append(", fields = {");
                for (int i = register.Fields.Count - 1; i >= 0; i--)
                {
                    Field field = register.Fields[i];
                    lua.Append($" {{ \"{field.Name}\", {field.Msb}, {field.Lsb}{(field.IsSecret ? ", true" : string.Empty)} }},");
                }

                lua.Append(" } },\n");
            }

            lua.Append("  } },\n");
        }

        lua.Append("}\n\n");
    }

    private static void Areas(StringBuilder lua, IReadOnlyList<MemoryArea> areas)
    {
        lua.Append("local areas = {\n");
        foreach (MemoryArea area in areas)
        {
            lua.Append($"  {{ name = \"{area.Name}\", bar = {area.Bar}, base = 0x{area.Offset:X}, length = 0x{area.Length:X} }},\n");
        }

        lua.Append("}\n");
    }

    private static string Pattern(RegisterBlock block, string name)
    {
        const int Probe = 987654321; // no name holds this number
        return block.Count == 1
            ? RegisterNames.NameOf(block, 0, name)
            : RegisterNames.NameOf(block, Probe, name).Replace(Probe.ToString(CultureInfo.InvariantCulture), "%d", StringComparison.Ordinal);
    }
}
