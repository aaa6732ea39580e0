using System.Runtime.InteropServices;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;

namespace NicEmu.Firmware.Commands;

/// <summary>QUERY_FIRMWARE and SET_LINK.</summary>
/// <param name="served">Number of commands served.</param>
/// <param name="setLink">Brings the port up or down.</param>
internal sealed class DeviceCommands(Func<uint> served, Action<bool> setLink) : ICommandFamily
{
    /// <inheritdoc/>
    public bool TryRun(MailboxOpcode opcode, ReadOnlySpan<byte> request, Span<byte> reply, out Outcome outcome)
    {
        switch (opcode)
        {
            case MailboxOpcode.QueryFirmware:
                outcome = request.IsEmpty ? Query(reply) : new Outcome(MailboxStatus.BadLength);
                return true;
            case MailboxOpcode.SetLink:
                outcome = new Outcome(SetLink(request));
                return true;
            default:
                outcome = default;
                return false;
        }
    }

    private Outcome Query(Span<byte> reply)
    {
        var answer = new QueryFirmwareReply { Major = FirmwareImage.MajorVersion, Minor = FirmwareImage.MinorVersion, Commands = served() };
        MemoryMarshal.Write(reply, answer);
        return new Outcome(MailboxStatus.Ok, Marshal.SizeOf<QueryFirmwareReply>());
    }

    private MailboxStatus SetLink(ReadOnlySpan<byte> request)
    {
        if (!Request.TryRead(request, out SetLinkRequest link))
        {
            return MailboxStatus.BadLength;
        }

        if (link.Up > 1)
        {
            return MailboxStatus.BadParameter;
        }

        setLink(link.Up == 1);
        return MailboxStatus.Ok;
    }
}
