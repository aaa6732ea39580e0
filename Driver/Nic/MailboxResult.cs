using NicEmu.Spec.Native;

namespace NicEmu.Driver.Nic;

/// <summary>End of a mailbox command.</summary>
/// <param name="Status">The card's answer; meaningless unless <paramref name="Answered"/>.</param>
/// <param name="Answered">False when no answer came in time, or the card is out of use.</param>
/// <param name="Handle">The object created, for commands that create one.</param>
public readonly record struct MailboxResult(MailboxStatus Status, bool Answered, ulong Handle)
{
    /// <summary>Whether the command was carried out.</summary>
    public bool Ok => Answered && Status == MailboxStatus.Ok;
}
