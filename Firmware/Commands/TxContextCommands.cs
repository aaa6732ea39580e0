using System.Runtime.InteropServices;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;

namespace NicEmu.Firmware.Commands;

/// <summary>TX_CREATE, TX_DESTROY, TX_MOVE and TX_UPDATE.</summary>
/// <param name="objects">The hardware.</param>
/// <param name="ledger">Which contexts reference which key.</param>
internal sealed class TxContextCommands(ObjectPort objects, Ledger ledger) : ICommandFamily
{
    /// <inheritdoc/>
    public bool TryRun(MailboxOpcode opcode, ReadOnlySpan<byte> request, Span<byte> reply, out Outcome outcome)
    {
        outcome = opcode switch
        {
            MailboxOpcode.TxCreate => Create(request, reply),
            MailboxOpcode.TxDestroy => Destroy(request),
            MailboxOpcode.TxMove => Move(request),
            MailboxOpcode.TxUpdate => Update(request),
            _ => default,
        };
        return opcode is >= MailboxOpcode.TxCreate and <= MailboxOpcode.TxUpdate;
    }

    private Outcome Create(ReadOnlySpan<byte> bytes, Span<byte> reply)
    {
        if (!Request.TryRead(bytes, out TxCreateRequest request))
        {
            return new Outcome(MailboxStatus.BadLength);
        }

        if (request.Reserved11 != 0 || request.Reserved14 != 0 || request.Reserved20 != 0 || !Request.IsQueue(request.Queue) || request.Mode > TxMode.Range)
        {
            return new Outcome(MailboxStatus.BadParameter, Handle: request.KeyHandle);
        }

        if (!Request.IsOffered(request.Version))
        {
            return new Outcome(MailboxStatus.Unsupported, Handle: request.KeyHandle);
        }

        MailboxStatus status = objects.Execute(MailboxOpcode.TxCreate, request, out ulong made);
        if (status != MailboxStatus.Ok)
        {
            return new Outcome(status, Handle: request.KeyHandle);
        }

        ledger.Enter(made, request.KeyHandle);
        MemoryMarshal.Write(reply, new HandleReply { Handle = made });
        return new Outcome(MailboxStatus.Ok, Marshal.SizeOf<HandleReply>(), made);
    }

    private Outcome Destroy(ReadOnlySpan<byte> bytes)
    {
        if (!Request.TryRead(bytes, out HandleRequest request))
        {
            return new Outcome(MailboxStatus.BadLength);
        }

        MailboxStatus status = objects.Execute(MailboxOpcode.TxDestroy, request.Handle);
        if (status is MailboxStatus.Ok or MailboxStatus.Busy)
        {
            ledger.Remove(request.Handle);
        }

        return new Outcome(status, Handle: request.Handle);
    }

    private Outcome Move(ReadOnlySpan<byte> bytes)
    {
        if (!Request.TryRead(bytes, out TxMoveRequest request))
        {
            return new Outcome(MailboxStatus.BadLength);
        }

        return request.Reserved10 != 0 || request.Reserved12 != 0 || !Request.IsQueue(request.Queue)
            ? new Outcome(MailboxStatus.BadParameter, Handle: request.Handle)
            : new Outcome(objects.Execute(MailboxOpcode.TxMove, request, out _), Handle: request.Handle);
    }

    private Outcome Update(ReadOnlySpan<byte> bytes)
    {
        if (!Request.TryRead(bytes, out TxUpdateRequest request))
        {
            return new Outcome(MailboxStatus.BadLength);
        }

        return request.Reserved20 != 0
            ? new Outcome(MailboxStatus.BadParameter, Handle: request.Handle)
            : new Outcome(objects.Execute(MailboxOpcode.TxUpdate, request, out _), Handle: request.Handle);
    }
}
