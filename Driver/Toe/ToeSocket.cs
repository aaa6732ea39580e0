using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Native.Toe;

namespace NicEmu.Driver.Toe;

/// <summary>One connection in a card.</summary>
public sealed class ToeSocket
{
    /// <summary>Stream offset that means the next boundary.</summary>
    public const ulong NextBoundary = ToeSwitchCommand.NextBoundary;

    /// <summary>Most pieces of one <see cref="Send"/> or <see cref="Receive"/>.</summary>
    public const int MaxPieces = ToeDevice.MaxPieces;

    private readonly ToeDriver _driver;
    private readonly ulong[] _contexts = new ulong[2];
    private readonly ulong[] _keys = new ulong[2];
    private bool _isClosed;

    internal ToeSocket(ToeDriver driver, in ToeCompletion completion)
    {
        Span<byte> address = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(address, completion.AddressFirst);
        BinaryPrimitives.WriteUInt64LittleEndian(address[8..], completion.AddressLast);
        (_driver, Handle, RemotePort, LocalPort) = (driver, completion.Handle, completion.RemotePort, completion.LocalPort);
        RemoteAddress = completion.IpVersion == 6 ? IpAddress.ReadIpv6(address) : IpAddress.ReadIpv4(address);
    }

    /// <summary>The connection's name in the card.</summary>
    public ulong Handle { get; }

    /// <summary>The peer.</summary>
    public IpAddress RemoteAddress { get; }

    /// <summary>The peer's port.</summary>
    public ushort RemotePort { get; }

    /// <summary>Our port.</summary>
    public ushort LocalPort { get; }

    /// <summary>Sends bytes where they lie. The card reads them once; what is lost on the way it sends again from its own memory.</summary>
    /// <param name="pieces">1 to 64 pieces, 1 MiB together at most.</param>
    /// <param name="done">Called when the memory may be used again, with the bytes taken.</param>
    /// <param name="contentType">Type of the records, once the direction carries TLS; 0 for application data. The last record of a call ends with its last byte.</param>
    /// <exception cref="ArgumentException">No piece, too many, or an empty one.</exception>
    public void Send(ReadOnlySpan<DmaPiece> pieces, Action<ToeStatus, int> done, byte contentType = 0)
    {
        Check(pieces);
        _driver.Submit(new() { Opcode = ToeOpcode.Send, Handle = Handle, Body24 = (ulong)contentType << 32 }, pieces, c => done(c.Status, (int)c.Length));
    }

    /// <summary>Gives a buffer for received bytes: for what there is of a plain stream, or for one whole record.</summary>
    /// <param name="pieces">1 to 64 pieces.</param>
    /// <param name="done">Called when the buffer has been filled, or will not be.</param>
    /// <param name="resume">Lets the direction go on that is held behind a record of another type than application data.</param>
    /// <exception cref="ArgumentException">No piece, too many, or an empty one.</exception>
    public void Receive(ReadOnlySpan<DmaPiece> pieces, Action<ToeReceived> done, bool resume = false)
    {
        Check(pieces);
        _driver.Submit(
            new() { Opcode = ToeOpcode.Receive, Flags = resume ? ToeCommand.Resume : (byte)0, Handle = Handle },
            pieces,
            c => done(new(c.Status, (int)c.Length, c.ContentType, c.Number, (int)c.Detail)));
    }

    /// <summary>Lets a direction carry TLS records: behind what was given to <see cref="Send"/>, or behind the plain bytes that the boundary tells.</summary>
    /// <param name="receive">Direction.</param>
    /// <param name="info">Key and number of the first record.</param>
    /// <param name="done">Ok, MidRecord where the stream is past the boundary, NoRoom where the card has no room for the key.</param>
    /// <param name="streamOffset">Plain bytes of the direction before the first record; <see cref="NextBoundary"/> for those so far.</param>
    /// <param name="fragmentBytes">Sending: most bytes in a record, 1 to 16384.</param>
    public void SwitchTls(bool receive, TlsCryptoInfo info, Action<ToeStatus> done, ulong streamOffset = NextBoundary, int fragmentBytes = 16384)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentOutOfRangeException.ThrowIfLessThan(fragmentBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fragmentBytes, 16384);
        NicTls tls = _driver.Nic.Tls;
        tls.CreateKey(info.Cipher, info.Key.Span, key =>
        {
            if (!key.Ok)
            {
                done(StatusOf(key));
                return;
            }

            var request = new TxCreateRequest { KeyHandle = key.Handle, Version = info.Version, Mode = TxMode.SequenceTracked, RecordNumber = info.RecordSequence };
            tls.CreateTx(request, info.DeviceIv(), context =>
            {
                if (!context.Ok)
                {
                    tls.Submit(MailboxOpcode.KeyDestroy, key.Handle);
                    done(StatusOf(context));
                    return;
                }

                Switch(receive, context.Handle, key.Handle, info.RecordSequence, done, streamOffset, receive ? 0 : fragmentBytes);
            });
        });
    }

    /// <summary>Ends the connection: everything given to <see cref="Send"/> goes out first, then FIN; received bytes that wait are lost.</summary>
    /// <param name="closed">Called when the card has forgotten the connection; may be null.</param>
    /// <param name="abort">End at once; the peer gets RST.</param>
    public void Close(Action<ToeStatus>? closed = null, bool abort = false)
    {
        if (_isClosed) return;
        _isClosed = true;
        _driver.Submit(new() { Opcode = ToeOpcode.Close, Flags = abort ? ToeCommand.Abort : (byte)0, Handle = Handle }, default, c =>
        {
            RemoveKey(0);
            RemoveKey(1);
            closed?.Invoke(c.Status);
        });
    }

    private static void Check(ReadOnlySpan<DmaPiece> pieces)
    {
        if (pieces.Length is 0 or > MaxPieces) throw new ArgumentException("1 to 64 pieces.", nameof(pieces));
        foreach (DmaPiece piece in pieces)
        {
            if (piece.Length < 1) throw new ArgumentException("An empty piece.", nameof(pieces));
        }
    }

    private static ToeStatus StatusOf(in MailboxResult result) => result.Status == MailboxStatus.TableFull ? ToeStatus.NoRoom : ToeStatus.BadState;

    private void Switch(bool receive, ulong context, ulong key, ulong number, Action<ToeStatus> done, ulong streamOffset, int fragmentBytes)
    {
        var command = new ToeSwitchCommand
        {
            Opcode = ToeOpcode.SwitchTls,
            Handle = Handle,
            ContextHandle = context,
            RecordNumber = number,
            StreamOffset = streamOffset,
            Direction = receive ? (byte)1 : (byte)0,
            FragmentBytes = (ushort)fragmentBytes,
        };
        _driver.Submit(Unsafe.BitCast<ToeSwitchCommand, ToeCommand>(command), default, c =>
        {
            int direction = receive ? 1 : 0;
            // The key before serves nothing any more; where the switch was refused it is the new one that goes.
            if (c.Status == ToeStatus.Ok)
            {
                RemoveKey(direction);
                (_contexts[direction], _keys[direction]) = (context, key);
            }
            else
            {
                Remove(context, key);
            }

            done(c.Status);
        });
    }

    private void RemoveKey(int direction)
    {
        if (_contexts[direction] != 0) Remove(_contexts[direction], _keys[direction]);
        (_contexts[direction], _keys[direction]) = (0, 0);
    }

    private void Remove(ulong context, ulong key)
    {
        _driver.Nic.Tls.Submit(MailboxOpcode.TxDestroy, context);
        _driver.Nic.Tls.Submit(MailboxOpcode.KeyDestroy, key);
    }
}
