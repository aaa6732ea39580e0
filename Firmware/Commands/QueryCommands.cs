using System.Runtime.CompilerServices;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;

namespace NicEmu.Firmware.Commands;

/// <summary>CONTEXT_QUERY.</summary>
/// <param name="objects">The hardware.</param>
internal sealed class QueryCommands(ObjectPort objects) : ICommandFamily
{
    /// <inheritdoc/>
    public bool TryRun(MailboxOpcode opcode, ReadOnlySpan<byte> request, Span<byte> reply, out Outcome outcome)
    {
        outcome = default;
        if (opcode != MailboxOpcode.ContextQuery)
        {
            return false;
        }

        if (!Request.TryRead(request, out HandleRequest query))
        {
            outcome = new Outcome(MailboxStatus.BadLength);
            return true;
        }

        MailboxStatus status = objects.Execute(opcode, query.Handle);
        int length = status == MailboxStatus.Ok ? Unsafe.SizeOf<ContextSnapshot>() : 0;
        objects.Result[..length].CopyTo(reply);
        outcome = new Outcome(status, length, query.Handle);
        return true;
    }
}
