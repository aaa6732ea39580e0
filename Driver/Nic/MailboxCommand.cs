using System.Security.Cryptography;
using NicEmu.Spec.Native;

namespace NicEmu.Driver.Nic;

/// <summary>A command that waits for the mailbox or runs in it.</summary>
internal sealed class MailboxCommand(MailboxOpcode opcode, byte[] request, Action<MailboxResult>? done)
{
    public MailboxOpcode Opcode => opcode;

    public byte[] Request => request;

    /// <summary>Key bytes for the staging area, or none.</summary>
    public byte[] Key { get; init; } = [];

    /// <summary>IV bytes for the staging area, or none.</summary>
    public byte[] Iv { get; init; } = [];

    public bool IsCreation => opcode is MailboxOpcode.KeyCreate or MailboxOpcode.TxCreate or MailboxOpcode.RxCreate;

    /// <summary>The command that undoes a creation nobody waits for any more.</summary>
    public MailboxOpcode Undo => opcode switch
    {
        MailboxOpcode.KeyCreate => MailboxOpcode.KeyDestroy,
        MailboxOpcode.TxCreate => MailboxOpcode.TxDestroy,
        _ => MailboxOpcode.RxDestroy,
    };

    public void Finish(in MailboxResult result) => done?.Invoke(result);

    public void WipeSecrets()
    {
        CryptographicOperations.ZeroMemory(Key);
        CryptographicOperations.ZeroMemory(Iv);
    }
}
