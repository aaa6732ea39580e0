using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using NicEmu.Cli.Bench;
using NicEmu.Cli.Output;
using NicEmu.DeviceModel.Crypto;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu bench</c>: how fast record engine and transmit path are, in terms of .NET's own cryptography, side by side in one run.</summary>
internal static class BenchCommand
{
    private const double DefaultSeconds = 1;
    private const double LeastSeconds = 0.01;
    private const double MostSeconds = 3600;

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var seconds = new Option<double>("--seconds")
        {
            Description = "How long each figure is measured, after as long a time to warm up; below 0.5 the code may not be compiled for good.",
            DefaultValueFactory = static _ => DefaultSeconds,
        };
        var check = new Option<bool>("--check") { Description = "Exit with 1 when a ratio is below its floor." };
        var json = CommonOptions.Json();
        var command = new Command("bench", "Measure the record engine and the transmit path side by side with .NET's cryptography.") { seconds, check, json };
        command.SetAction(parse => Run(parse, parse.GetValue(seconds), parse.GetValue(check), parse.GetValue(json)));
        return command;
    }

    private static int Run(ParseResult parse, double seconds, bool check, bool json)
    {
        if (seconds is not (>= LeastSeconds and <= MostSeconds))
        {
            throw new UsageFault("--seconds takes a number from 0.01 to 3600.");
        }

        TextWriter output = parse.InvocationConfiguration.Output;
        if (!json)
        {
            WriteHead(output);
        }

        IReadOnlyList<BenchFigure> figures = new BenchRun(TimeSpan.FromSeconds(seconds), json ? static _ => { } : figure => WriteLine(output, figure)).Run();
        bool met = figures.All(static f => f.IsMet);
        if (json)
        {
            JsonDocumentWriter.Write(output, "nicemu.bench/1", writer => WriteJson(writer, figures, met));
        }
        else
        {
            output.WriteLine(met ? "All ratios are at their floors or above." : "A ratio is below its floor.");
        }

        return check && !met ? ExitCode.Failed : ExitCode.Passed;
    }

    private static void WriteHead(TextWriter output)
    {
        output.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, AES-GCM kernel {GcmKernelName}; one thread; 10^6 payload bytes per second");
        output.WriteLine("engine: one record; pieces: one record in pieces of 1448 bytes; transmit: doorbell to frames on a null wire, chains of 4 records, MSS 1448");
        output.WriteLine("against .NET's one-shot class at the record size (pieces and transmit: 16384); medians of alternating rounds");
        output.WriteLine();
        output.WriteLine("path      cipher               bytes   NicEmu     .NET   ratio   floor");
    }

    private static void WriteLine(TextWriter output, BenchFigure f)
    {
        string floor = f.Floor?.ToString("F2", CultureInfo.InvariantCulture) ?? "-";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{f.Path,-9} {f.Cipher,-18} {f.Bytes,7} {f.Speeds.Subject,8:F0} {f.Speeds.Baseline,8:F0} {f.Speeds.Ratio,7:F2} {floor,7}{(f.IsMet ? string.Empty : "  missed")}"));
    }

    private static void WriteJson(Utf8JsonWriter json, IReadOnlyList<BenchFigure> figures, bool met)
    {
        json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
        json.WriteString("architecture", RuntimeInformation.ProcessArchitecture.ToString());
        json.WriteString("gcmKernel", GcmKernelName);
        json.WriteBoolean("floorsMet", met);
        json.WriteStartArray("figures");
        foreach (BenchFigure f in figures)
        {
            json.WriteStartObject();
            json.WriteString("path", f.Path);
            json.WriteString("cipher", f.Cipher);
            json.WriteNumber("bytes", f.Bytes);
            json.WriteNumber("megabytesPerSecond", Math.Round(f.Speeds.Subject, 1));
            json.WriteNumber("dotnetMegabytesPerSecond", Math.Round(f.Speeds.Baseline, 1));
            json.WriteNumber("ratio", Math.Round(f.Speeds.Ratio, 3));
            json.WriteNumber("rounds", f.Speeds.Rounds);
            if (f.Floor is { } floor)
            {
                json.WriteNumber("floor", floor);
            }
            else
            {
                json.WriteNull("floor");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string GcmKernelName => CipherKernels.Best(AeadAlgorithm.Aes128Gcm).ToString();
}
