using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NicEmu.Cli.Manual;
using NicEmu.Cli.Output;
using NicEmu.Spec.Native;
using NicEmu.Spec.Registers;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu reg</c>: the register manual on the command line.</summary>
internal static class RegCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var command = new Command("reg", "Look up, decode and export the registers of the native interface.");
        command.Subcommands.Add(BuildList());
        command.Subcommands.Add(BuildShow());
        command.Subcommands.Add(BuildDecode());
        command.Subcommands.Add(BuildExport());
        return command;
    }

    private static Command BuildList()
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "List every register with its place and reset value.") { json };
        command.SetAction(parse =>
        {
            TextWriter output = parse.InvocationConfiguration.Output;
            if (parse.GetValue(json))
            {
                JsonDocumentWriter.Write(output, "nicemu.registers/1", WriteJson);
                return ExitCode.Passed;
            }

            foreach ((RegisterBlock block, Register register) in All())
            {
                string place = block.Count > 1 ? $"0x{block.OffsetOf(register):X5} + 0x{block.Size:X} n" : $"0x{block.OffsetOf(register):X5}";
                output.WriteLine($"{register.Name,-34} BAR {block.Bar}  {place,-20} reset 0x{register.ResetValue:X8}  {register.Description}");
            }

            return ExitCode.Passed;
        });
        return command;
    }

    private static Command BuildShow()
    {
        var name = new Argument<string>("NAME") { Description = "Register, for example MBOX_CTRL." };
        var command = new Command("show", "Show one register with its fields.") { name };
        command.SetAction(parse =>
        {
            (RegisterBlock block, Register register) = Find(parse.GetRequiredValue(name));
            var text = new StringBuilder();
            ManualPage.WriteRegister(text, block, register);
            parse.InvocationConfiguration.Output.Write(text.ToString().TrimStart('\n'));
            return ExitCode.Passed;
        });
        return command;
    }

    private static Command BuildDecode()
    {
        var name = new Argument<string>("NAME") { Description = "Register, for example MBOX_STAT." };
        var value = new Argument<string>("VALUE") { Description = "32-bit value, decimal or 0x hexadecimal." };
        var command = new Command("decode", "Split a register value into its fields.") { name, value };
        command.SetAction(parse =>
        {
            (_, Register register) = Find(parse.GetRequiredValue(name));
            uint number = ParseValue(parse.GetRequiredValue(value));
            TextWriter output = parse.InvocationConfiguration.Output;
            output.WriteLine($"{register.Name} = 0x{number:X8}");
            uint covered = 0;
            foreach (Field field in register.Fields)
            {
                covered |= field.Mask;
                string shown = field.IsSecret ? "(secret)" : $"0x{field.Extract(number):X}";
                output.WriteLine($"  {field.Name,-16} {shown,-12} {field.Description}");
            }

            if ((number & ~covered) != 0)
            {
                output.WriteLine($"  reserved bits set: 0x{number & ~covered:X8}");
            }

            return ExitCode.Passed;
        });
        return command;
    }

    private static Command BuildExport()
    {
        var format = new Argument<string>("FORMAT") { Description = "md: the manual; c: the C header; lua: the Wireshark dissector." };
        format.AcceptOnlyFromAmong("md", "c", "lua");
        var command = new Command("export", "Write the manual, the C header or the Wireshark dissector to standard output.") { format };
        command.SetAction(parse =>
        {
            parse.InvocationConfiguration.Output.Write(parse.GetRequiredValue(format) switch
            {
                "c" => CHeader.Write(),
                "lua" => Traces.LuaDissector.Generate(),
                _ => ManualPage.Write(),
            });
            return ExitCode.Passed;
        });
        return command;
    }

    private static void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartArray("registers");
        foreach ((RegisterBlock block, Register register) in All())
        {
            json.WriteStartObject();
            json.WriteString("name", register.Name);
            json.WriteString("block", block.Name);
            json.WriteNumber("bar", block.Bar);
            json.WriteNumber("offset", block.OffsetOf(register));
            json.WriteNumber("count", block.Count);
            json.WriteNumber("stride", block.Size);
            json.WriteNumber("reset", register.ResetValue);
            json.WriteString("description", register.Description);
            json.WriteStartArray("fields");
            foreach (Field field in register.Fields)
            {
                json.WriteStartObject();
                json.WriteString("name", field.Name);
                json.WriteNumber("msb", field.Msb);
                json.WriteNumber("lsb", field.Lsb);
                json.WriteString("access", ManualPage.AccessName(field));
                json.WriteString("description", field.Description);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static IEnumerable<(RegisterBlock Block, Register Register)> All() => NativeMap.Blocks.SelectMany(b => b.Registers.Select(r => (b, r)));

    private static (RegisterBlock Block, Register Register) Find(string name)
    {
        foreach ((RegisterBlock block, Register register) in All())
        {
            if (string.Equals(register.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return (block, register);
            }
        }

        IEnumerable<string> near = All().Select(r => r.Register.Name).Where(n => n.Contains(name, StringComparison.OrdinalIgnoreCase)).Take(5);
        string hint = string.Join(", ", near);
        throw new UsageFault($"no register is named {name}" + (hint.Length > 0 ? $"; did you mean {hint}?" : "; `nicemu reg list` shows all."));
    }

    private static uint ParseValue(string text)
    {
        bool parsed = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return parsed ? value : throw new UsageFault($"{text} is no 32-bit value; write 0x80000012 or a decimal number.");
    }
}
