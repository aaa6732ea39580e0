using System.Runtime.InteropServices;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;

namespace NicEmu.Firmware.Commands;

/// <summary>RX_CREATE, RX_ACTIVATE, RX_QUIESCE and RX_DESTROY.</summary>
/// <param name="objects">The hardware.</param>
/// <param name="ledger">Which contexts reference which key, and which rules are active.</param>
internal sealed class RxContextCommands(ObjectPort objects, Ledger ledger) : ICommandFamily
{
    /// <inheritdoc/>
    public bool TryRun(MailboxOpcode opcode, ReadOnlySpan<byte> request, Span<byte> reply, out Outcome outcome)
    {
        outcome = opcode switch
        {
            MailboxOpcode.RxCreate => Create(request, reply),
            MailboxOpcode.RxActivate => Activate(request),
            MailboxOpcode.RxQuiesce => Quiesce(request),
            MailboxOpcode.RxDestroy => Destroy(request),
            _ => default,
        };
        return opcode is >= MailboxOpcode.RxCreate and <= MailboxOpcode.RxDestroy;
    }

    private static bool IsWellFormed(in RxCreateRequest request)
    {
        // An IPv4 address is the first four bytes; the twelve after it are zero.
        bool addresses = request.IpVersion switch
        {
            4 => (request.RemoteAddressFirst >> 32) == 0 && request.RemoteAddressLast == 0 && (request.LocalAddressFirst >> 32) == 0 && request.LocalAddressLast == 0,
            6 => true,
            _ => false,
        };
        return addresses && request.Reserved11 == 0 && request.Reserved18 == 0 && request.Reserved76 == 0 && Request.IsQueue(request.Queue);
    }

    private Outcome Create(ReadOnlySpan<byte> bytes, Span<byte> reply)
    {
        if (!Request.TryRead(bytes, out RxCreateRequest request))
        {
            return new Outcome(MailboxStatus.BadLength);
        }

        if (!IsWellFormed(request))
        {
            return new Outcome(MailboxStatus.BadParameter, Handle: request.KeyHandle);
        }

        if (!Request.IsOffered(request.Version))
        {
            return new Outcome(MailboxStatus.Unsupported, Handle: request.KeyHandle);
        }

        MailboxStatus status = objects.Execute(MailboxOpcode.RxCreate, request, out ulong made);
        if (status != MailboxStatus.Ok)
        {
            return new Outcome(status, Handle: request.KeyHandle);
        }

        ledger.Enter(made, request.KeyHandle);
        MemoryMarshal.Write(reply, new HandleReply { Handle = made });
        return new Outcome(MailboxStatus.Ok, Marshal.SizeOf<HandleReply>(), made);
    }

    private Outcome Activate(ReadOnlySpan<byte> bytes)
    {
        if (!Request.TryRead(bytes, out HandleRequest request))
        {
            return new Outcome(MailboxStatus.BadLength);
        }

        MailboxStatus status = ledger.IsActive(request.Handle) ? MailboxStatus.BadState : objects.Execute(MailboxOpcode.RxActivate, request.Handle);
        if (status == MailboxStatus.Ok)
        {
            ledger.Activate(request.Handle);
        }

        return new Outcome(status, Handle: request.Handle);
    }

    private Outcome Quiesce(ReadOnlySpan<byte> bytes)
    {
        if (!Request.TryRead(bytes, out RxQuiesceRequest request))
        {
            return new Outcome(MailboxStatus.BadLength);
        }

        return request.Quiesce > 1 || request.Reserved12 != 0
            ? new Outcome(MailboxStatus.BadParameter, Handle: request.Handle)
            : new Outcome(objects.Execute(MailboxOpcode.RxQuiesce, request, out _), Handle: request.Handle);
    }

    private Outcome Destroy(ReadOnlySpan<byte> bytes)
    {
        if (!Request.TryRead(bytes, out HandleRequest request))
        {
            return new Outcome(MailboxStatus.BadLength);
        }

        MailboxStatus status = objects.Execute(MailboxOpcode.RxDestroy, request.Handle);
        if (status is MailboxStatus.Ok or MailboxStatus.Busy)
        {
            ledger.Remove(request.Handle);
        }

        return new Outcome(status, Handle: request.Handle);
    }
}
