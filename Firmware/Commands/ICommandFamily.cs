using NicEmu.Spec.Native;

namespace NicEmu.Firmware.Commands;

/// <summary>Handles the mailbox commands of one family. The request comes from the driver and is not to be trusted.</summary>
internal interface ICommandFamily
{
    /// <summary>Runs a command if it belongs to the family.</summary>
    /// <param name="opcode">The command.</param>
    /// <param name="request">Its request, as long as the driver said.</param>
    /// <param name="reply">Receives the reply, 256 bytes, zero before.</param>
    /// <param name="outcome">How it ended.</param>
    /// <returns>False when the command is of another family.</returns>
    bool TryRun(MailboxOpcode opcode, ReadOnlySpan<byte> request, Span<byte> reply, out Outcome outcome);
}
