using System.CommandLine;
using NicEmu.Cli;
using NicEmu.Cli.Commands;

return CommandLine.Run(args, Console.Out, Console.Error);

namespace NicEmu.Cli
{
    /// <summary>The command line as a whole: commands, exit codes, and what happens to faults.</summary>
    internal static class CommandLine
    {
        /// <summary>Runs one command line.</summary>
        /// <param name="args">The arguments.</param>
        /// <param name="output">Receives results.</param>
        /// <param name="error">Receives errors and progress.</param>
        /// <returns>An <see cref="ExitCode"/>.</returns>
        public static int Run(string[] args, TextWriter output, TextWriter error)
        {
            RootCommand root = BuildRoot();
            var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
            ParseResult parse = root.Parse(args);
            try
            {
                if (parse.Errors.Count > 0)
                {
                    foreach (var problem in parse.Errors)
                    {
                        // The library spreads the words that an option takes over several lines.
                        error.WriteLine("nicemu: " + string.Join(' ', problem.Message.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)));
                    }

                    error.WriteLine("nicemu: `nicemu --help` and `nicemu COMMAND --help` show what there is.");
                    return ExitCode.Usage;
                }

                return parse.Invoke(configuration);
            }
            catch (UsageFault fault)
            {
                error.WriteLine($"nicemu: {fault.Message}");
                return ExitCode.Usage;
            }
            catch (EnvironmentFault fault)
            {
                error.WriteLine($"nicemu: {fault.Message}");
                return ExitCode.Environment;
            }
            catch (OperationCanceledException)
            {
                error.WriteLine("nicemu: interrupted");
                return ExitCode.Interrupted;
            }
            catch (Exception defect)
            {
                error.WriteLine($"nicemu: this is a defect of NicEmu; please report it with the command line and this text:{Environment.NewLine}{defect}");
                return ExitCode.Internal;
            }
        }

        private static RootCommand BuildRoot()
        {
            var root = new RootCommand("NicEmu: a register-level emulator of a network card that encrypts TLS inline, with its driver, firmware and traces.");
            root.Subcommands.Add(DemoCommand.Build());
            root.Subcommands.Add(TransferCommand.BuildSend());
            root.Subcommands.Add(TransferCommand.BuildReceive());
            root.Subcommands.Add(ConformCommand.Build());
            root.Subcommands.Add(RunCommand.Build());
            root.Subcommands.Add(FaultCommand.Build());
            root.Subcommands.Add(CompareCommand.Build());
            root.Subcommands.Add(SweepCommand.Build());
            root.Subcommands.Add(ExplainCommand.Build());
            root.Subcommands.Add(InspectCommand.Build());
            root.Subcommands.Add(WhyCommand.Build());
            root.Subcommands.Add(StatsCommand.Build());
            root.Subcommands.Add(TraceCommand.Build());
            root.Subcommands.Add(TlsCommand.Build());
            root.Subcommands.Add(RegCommand.Build());
            root.Subcommands.Add(BenchCommand.Build());
            root.Subcommands.Add(DoctorCommand.Build());
            return root;
        }
    }
}
