using System.Runtime.InteropServices;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;

namespace NicEmu.Firmware.Commands;

/// <summary>KEY_CREATE, KEY_ROTATE, KEY_REVOKE, KEY_SYNC and KEY_DESTROY.</summary>
/// <param name="objects">The hardware.</param>
/// <param name="ledger">Which contexts reference which key.</param>
internal sealed class KeyCommands(ObjectPort objects, Ledger ledger) : ICommandFamily
{
    /// <inheritdoc/>
    public bool TryRun(MailboxOpcode opcode, ReadOnlySpan<byte> request, Span<byte> reply, out Outcome outcome)
    {
        outcome = opcode switch
        {
            MailboxOpcode.KeyCreate or MailboxOpcode.KeyRotate => Create(opcode, request, reply),
            MailboxOpcode.KeyRevoke or MailboxOpcode.KeyDestroy => OnHandle(opcode, request),
            MailboxOpcode.KeySync => new Outcome(request.IsEmpty ? objects.Execute(opcode, 0) : MailboxStatus.BadLength),
            _ => default,
        };
        return opcode is >= MailboxOpcode.KeyCreate and <= MailboxOpcode.KeyDestroy;
    }

    private Outcome Create(MailboxOpcode opcode, ReadOnlySpan<byte> bytes, Span<byte> reply)
    {
        if (!Request.TryRead(bytes, out KeyCreateRequest request))
        {
            return new Outcome(MailboxStatus.BadLength);
        }

        bool rotate = opcode == MailboxOpcode.KeyRotate;
        if (request.Reserved9 != 0 || request.Reserved12 != 0 || (!rotate && request.Handle != 0))
        {
            return new Outcome(MailboxStatus.BadParameter, Handle: request.Handle);
        }

        if (!Request.IsOffered(request.Cipher))
        {
            return new Outcome(MailboxStatus.Unsupported, Handle: request.Handle);
        }

        MailboxStatus status = objects.Execute(opcode, request, out ulong made);
        if (status != MailboxStatus.Ok)
        {
            return new Outcome(status, Handle: request.Handle);
        }

        ledger.EnterKey(made);
        MemoryMarshal.Write(reply, new HandleReply { Handle = made });
        return new Outcome(MailboxStatus.Ok, Marshal.SizeOf<HandleReply>(), made);
    }

    private Outcome OnHandle(MailboxOpcode opcode, ReadOnlySpan<byte> bytes)
    {
        if (!Request.TryRead(bytes, out HandleRequest request))
        {
            return new Outcome(MailboxStatus.BadLength);
        }

        // The hardware would refuse as well; the ledger answers without disturbing it.
        MailboxStatus status = opcode == MailboxOpcode.KeyDestroy && ledger.IsReferenced(request.Handle)
            ? MailboxStatus.Busy
            : objects.Execute(opcode, request.Handle);
        if (opcode == MailboxOpcode.KeyDestroy && status == MailboxStatus.Ok)
        {
            ledger.RemoveKey(request.Handle);
        }

        return new Outcome(status, Handle: request.Handle);
    }
}
