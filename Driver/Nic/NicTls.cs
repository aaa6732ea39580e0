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

    /// <summary>Gives a key object a new key; contexts keep the one they were made with.</summary>
    /// <param name="handle">The key object; its handle is past once the command succeeded.</param>
    /// <param name="cipher">The object's algorithm.</param>
    /// <param name="key">16 or 32 bytes, as the cipher has it.</param>
    /// <param name="done">Receives the object's new handle.</param>
    public void RotateKey(ulong handle, TlsCipher cipher, ReadOnlySpan<byte> key, Action<MailboxResult> done)
    {
        if (key.Length != TlsRecordLayout.KeyLengthOf(cipher)) throw new ArgumentException("The cipher has another key length.", nameof(key));
        _mailbox.Submit(new(MailboxOpcode.KeyRotate, BytesOf(new KeyCreateRequest { Handle = handle, Cipher = cipher }), done) { Key = key.ToArray() });
    }

    /// <summary>Barrier: afterwards the card holds no expanded copy of a rotated or destroyed key.</summary>
    /// <param name="done">Receives the outcome; may be null.</param>
    public void SyncKeys(Action<MailboxResult>? done = null) => _mailbox.Submit(new(MailboxOpcode.KeySync, [], done));

    /// <summary>Next-record resync: the card's place in a stream becomes the beginning of a record.</summary>
    /// <param name="handle">Transmit context.</param>
    /// <param name="sequence">TCP sequence number of the record's first byte.</param>
    /// <param name="recordNumber">Its number.</param>
    /// <param name="done">Receives the outcome; may be null.</param>
    public void UpdateTx(ulong handle, uint sequence, ulong recordNumber, Action<MailboxResult>? done = null) =>
        _mailbox.Submit(new(MailboxOpcode.TxUpdate, BytesOf(new TxUpdateRequest { Handle = handle, RecordNumber = recordNumber, Sequence = sequence }), done));

    /// <summary>Binds a transmit context to another queue. BUSY while descriptors that name it are queued.</summary>
    /// <param name="handle">Transmit context.</param>
    /// <param name="queue">The new queue.</param>
    /// <param name="done">Receives the outcome; may be null.</param>
    public void MoveTx(ulong handle, int queue, Action<MailboxResult>? done = null) =>
        _mailbox.Submit(new(MailboxOpcode.TxMove, BytesOf(new TxMoveRequest { Handle = handle, Queue = checked((ushort)queue) }), done));

    /// <summary>Holds a receive context still, or lets it go on: while it is held no packet moves it.</summary>
    /// <param name="handle">Receive context.</param>
    /// <param name="quiesce">Whether to hold.</param>
    /// <param name="done">Receives the outcome; may be null.</param>
    public void QuiesceRx(ulong handle, bool quiesce, Action<MailboxResult>? done = null) =>
        _mailbox.Submit(new(MailboxOpcode.RxQuiesce, BytesOf(new RxQuiesceRequest { Handle = handle, Quiesce = quiesce ? 1u : 0u }), done));

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
