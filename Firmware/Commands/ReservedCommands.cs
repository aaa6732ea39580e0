using NicEmu.Spec.Native;

namespace NicEmu.Firmware.Commands;

/// <summary>Commands whose numbers are kept for the TCP offload engine: this revision has none.</summary>
internal sealed class ReservedCommands : ICommandFamily
{
    /// <inheritdoc/>
    public bool TryRun(MailboxOpcode opcode, ReadOnlySpan<byte> request, Span<byte> reply, out Outcome outcome)
    {
        outcome = new Outcome(MailboxStatus.Unsupported);
        return opcode is >= MailboxOpcode.ToeOpen and <= MailboxOpcode.ToeClose;
    }
}
