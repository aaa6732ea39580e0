using System.Text;
using NicEmu.Spec.Rules;

namespace NicEmu.Cli.Manual;

/// <summary>Writes the truth tables of the TLS rules into the manual.</summary>
internal static class ManualRules
{
    /// <summary>Writes both tables.</summary>
    /// <param name="text">Receives the text.</param>
    public static void Write(StringBuilder text)
    {
        text.Append("\n## Truth table, transmit\n\nEvery row is a test of that name. The rules behind the rows stand in [semantics.md](semantics.md).\n\n")
            .Append("| row | before | descriptors | completion | frames leave | after | rule |\n|---|---|---|---|---|---|---|\n");
        foreach (TxRule rule in TxRules.All)
        {
            text.Append("| ").Append(rule.Id).Append(" | ").Append(rule.Before).Append(" | ").Append(rule.Sequence).Append(" | ").Append(Datasheet.ManualName(rule.Status.ToString())).Append(" | ")
                .Append(rule.FramesLeave ? "yes" : "no").Append(" | ").Append(rule.After).Append(" | ").Append(rule.Text).Append(" |\n");
        }

        text.Append("\n## Truth table, receive\n\n| row | before | happens | verdict | reason | after | rule |\n|---|---|---|---|---|---|---|\n");
        foreach (RxRule rule in RxRules.All)
        {
            text.Append("| ").Append(rule.Id).Append(" | ").Append(Datasheet.ManualName(rule.Before.ToString())).Append(" | ").Append(rule.Happens).Append(" | ").Append(Datasheet.ManualName(rule.Verdict.ToString())).Append(" | ")
                .Append(Datasheet.ManualName(rule.Reason.ToString())).Append(" | ").Append(Datasheet.ManualName(rule.After.ToString())).Append(" | ").Append(rule.Text).Append(" |\n");
        }
    }
}
