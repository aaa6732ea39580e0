using NicEmu.Spec.Native;

namespace NicEmu.Firmware.Commands;

/// <summary>Finds the family of a command. What no family knows is no command.</summary>
internal sealed class CommandTable
{
    private readonly ICommandFamily[] _families;

    public CommandTable(ObjectPort objects, Ledger ledger, Action<bool> setLink)
    {
        _families =
        [
            new DeviceCommands(() => Served, setLink),
            new KeyCommands(objects, ledger),
            new TxContextCommands(objects, ledger),
            new RxContextCommands(objects, ledger),
            new QueryCommands(objects),
            new ReservedCommands(),
        ];
    }

    /// <summary>Number of commands that ended well since the start.</summary>
    public uint Served { get; set; }

    /// <summary>Runs a command.</summary>
    /// <param name="opcode">The command.</param>
    /// <param name="request">Its request.</param>
    /// <param name="reply">Receives the reply.</param>
    public Outcome Run(MailboxOpcode opcode, ReadOnlySpan<byte> request, Span<byte> reply)
    {
        foreach (ICommandFamily family in _families)
        {
            if (family.TryRun(opcode, request, reply, out Outcome outcome))
            {
                Served += outcome.Status == MailboxStatus.Ok ? 1u : 0u;
                return outcome;
            }
        }

        return new Outcome(MailboxStatus.BadOpcode);
    }
}
