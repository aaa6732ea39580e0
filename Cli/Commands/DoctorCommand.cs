using System.CommandLine;
using NicEmu.Cli.Output;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu doctor</c>: what is installed, what is missing, how to get it.</summary>
internal static class DoctorCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var json = CommonOptions.Json();
        var command = new Command("doctor", "Tell what is installed, what is missing, and how to get it.") { json };
        command.SetAction(parse =>
        {
            IReadOnlyList<Finding> findings = HostInspection.Run();
            TextWriter output = parse.InvocationConfiguration.Output;
            if (parse.GetValue(json))
            {
                JsonDocumentWriter.Write(output, "nicemu.doctor/1", writer =>
                {
                    writer.WriteStartArray("findings");
                    foreach (Finding finding in findings)
                    {
                        writer.WriteStartObject();
                        writer.WriteString("name", finding.Name);
                        writer.WriteBoolean("present", finding.Present);
                        writer.WriteBoolean("required", finding.Required);
                        writer.WriteString("detail", finding.Detail);
                        writer.WriteString("remedy", finding.Remedy);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                });
            }
            else
            {
                foreach (Finding finding in findings)
                {
                    string mark = finding.Present ? "ok  " : finding.Required ? "FAIL" : "miss";
                    output.WriteLine($" {mark}  {finding.Name,-22} {finding.Detail}" + (finding.Present ? string.Empty : $"  -> {finding.Remedy}"));
                }
            }

            return findings.Any(f => f.Required && !f.Present) ? ExitCode.Environment : ExitCode.Passed;
        });
        return command;
    }
}
