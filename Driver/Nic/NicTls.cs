using System.Runtime.InteropServices;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Nic;

/// <summary>Keys and TLS contexts of a card, by mailbox. Every call returns at once; the result comes to the callback, later or, when the card is out of use, at once.</summary>
public sealed class NicTls
{
    private const int IvBytes = 12;

    private readonly NicMailbox _mailbox;

    internal NicTls(NicMailbox mailbox) => _mailbox = mailbox;

    /// <summary>Creates a key object.</summary>
    /// <param name="cipher">Algorithm.</param>
    /// <param name="key">16 or 32 bytes, as the cipher has it.</param>
    /// <param name="done">Receives the handle.</param>
    public void CreateKey(TlsCipher cipher, ReadOnlySpan<byte> key, Action<MailboxResult> done)
    {
        if (key.Length != TlsRecordLayout.KeyLengthOf(cipher)) throw new ArgumentException("The cipher has another key length.", nameof(key));
        _mailbox.Submit(new(MailboxOpcode.KeyCreate, BytesOf(new KeyCreateRequest { Cipher = cipher }), done) { Key = key.ToArray() });
    }

    /// <summary>Creates a transmit context.</summary>
    /// <param name="request">Key, version, queue and place.</param>
    /// <param name="iv">12 bytes; TLS 1.2 with GCM: the salt and eight zeros.</param>
    /// <param name="done">Receives the handle.</param>
    public void CreateTx(in TxCreateRequest request, ReadOnlySpan<byte> iv, Action<MailboxResult> done) =>
        _mailbox.Submit(new(MailboxOpcode.TxCreate, BytesOf(request), done) { Iv = CheckedIv(iv) });

    /// <summary>Creates a receive context; its rule is not active yet.</summary>
    /// <param name="request">Key, version, addresses, queue and place.</param>
    /// <param name="iv">12 bytes; TLS 1.2 with GCM: the salt and eight zeros.</param>
    /// <param name="done">Receives the handle.</param>
    public void CreateRx(in RxCreateRequest request, ReadOnlySpan<byte> iv, Action<MailboxResult> done) =>
        _mailbox.Submit(new(MailboxOpcode.RxCreate, BytesOf(request), done) { Iv = CheckedIv(iv) });

    /// <summary>Activates, revokes or destroys an object.</summary>
    /// <param name="opcode">A command whose request is one handle.</param>
    /// <param name="handle">The object.</param>
    /// <param name="done">Receives the outcome; may be null.</param>
    public void Submit(MailboxOpcode opcode, ulong handle, Action<MailboxResult>? done = null)
    {
        if (opcode is not (MailboxOpcode.KeyRevoke or MailboxOpcode.KeyDestroy or MailboxOpcode.TxDestroy or MailboxOpcode.RxActivate or MailboxOpcode.RxDestroy))
        {
            throw new ArgumentOutOfRangeException(nameof(opcode));
        }

        _mailbox.Submit(new(opcode, NicMailbox.Bytes(handle), done));
    }

    private static byte[] CheckedIv(ReadOnlySpan<byte> iv) => iv.Length == IvBytes ? iv.ToArray() : throw new ArgumentException("An IV has 12 bytes.", nameof(iv));

    private static byte[] BytesOf<T>(in T request)
        where T : unmanaged
    {
        var bytes = new byte[Marshal.SizeOf<T>()];
        MemoryMarshal.Write(bytes, request);
        return bytes;
    }
}
