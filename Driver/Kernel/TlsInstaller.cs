using System.Buffers.Binary;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;

namespace NicEmu.Driver.Kernel;

/// <summary>Puts keys and contexts of one connection into a card. A step that fails takes back those before it.</summary>
internal sealed class TlsInstaller(NicDriver nic, ContextReaper reaper)
{
    /// <summary>Installations that have begun and not ended.</summary>
    public int Pending { get; private set; }

    /// <summary>The interface is going down: nothing new is installed, what is half installed is taken back.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Creates key and transmit context.</summary>
    /// <param name="info">Key.</param>
    /// <param name="queue">Queue of the connection.</param>
    /// <param name="start">TCP sequence number of the first record.</param>
    /// <param name="mode">How the context is placed.</param>
    /// <param name="done">Receives the outcome, now or later.</param>
    public void InstallTx(TlsCryptoInfo info, int queue, uint start, TxMode mode, Action<TlsInstallation> done)
    {
        Begin(info, nic.Capabilities.SupportsTx(info.Version, info.Cipher, mode), done, key =>
        {
            var request = new TxCreateRequest
            {
                KeyHandle = key,
                Version = info.Version,
                Mode = mode,
                Queue = (ushort)queue,
                StartSequence = start,
                RecordNumber = info.RecordSequence,
            };
            nic.Tls.CreateTx(request, info.DeviceIv(), context => End(Judge(context, key, MailboxOpcode.TxDestroy, queue), done));
        });
    }

    /// <summary>Creates key and receive context and activates its rule.</summary>
    /// <param name="info">Key.</param>
    /// <param name="tuple">The connection.</param>
    /// <param name="queue">Queue of the connection.</param>
    /// <param name="place">Asked, when the context is created and again before its rule is, for TCP sequence number and number of the next record; null when the key is past.</param>
    /// <param name="created">Receives the outcome before the rule becomes active.</param>
    /// <param name="active">Receives whether the rule became active; called only after a context was created, which is the caller's to remove.</param>
    public void InstallRx(TlsCryptoInfo info, in TcpTuple tuple, int queue, Func<(uint Sequence, ulong Number)?> place, Action<TlsInstallation> created, Action<bool> active)
    {
        TcpTuple flow = tuple;
        Begin(info, nic.Capabilities.Supports(info.Version, info.Cipher), created, key =>
        {
            if (place() is not var (sequence, number))
            {
                reaper.AddKey(key);
                End(TlsInstallation.Refused(KtlsFallbackReason.None), created);
                return;
            }

            RxCreateRequest request = Describe(flow, queue) with { KeyHandle = key, Version = info.Version, StartSequence = sequence, RecordNumber = number };
            nic.Tls.CreateRx(request, info.DeviceIv(), context =>
            {
                TlsInstallation made = Judge(context, key, MailboxOpcode.RxDestroy, queue);
                if (!made.Ok)
                {
                    End(made, created);
                    return;
                }

                created(made);
                if (place() is null)
                {
                    Pending--;
                    active(false);
                    return;
                }

                nic.Tls.Submit(MailboxOpcode.RxActivate, made.Context, result =>
                {
                    Pending--;
                    active(result.Ok && !IsClosed);
                });
            });
        });
    }

    private void Begin(TlsCryptoInfo info, bool offered, Action<TlsInstallation> done, Action<ulong> next)
    {
        KtlsFallbackReason refusal = IsClosed ? KtlsFallbackReason.InterfaceDown : nic.State != NicState.Running ? KtlsFallbackReason.CardDown
            : !nic.LinkUp ? KtlsFallbackReason.LinkDown : offered ? KtlsFallbackReason.None : KtlsFallbackReason.NotOffered;
        if (refusal != KtlsFallbackReason.None)
        {
            done(TlsInstallation.Refused(refusal));
            return;
        }

        Pending++;
        nic.Tls.CreateKey(info.Cipher, info.Key.Span, key =>
        {
            if (key.Ok && !IsClosed)
            {
                next(key.Handle);
                return;
            }

            if (key.Ok) reaper.AddKey(key.Handle);
            End(TlsInstallation.Refused(key.Ok ? KtlsFallbackReason.InterfaceDown : ReasonOf(key, KtlsFallbackReason.KeyRefused)), done);
        });
    }

    private void End(in TlsInstallation result, Action<TlsInstallation> done)
    {
        Pending--;
        done(result);
    }

    private TlsInstallation Judge(in MailboxResult context, ulong key, MailboxOpcode destroy, int queue)
    {
        // A card that gives out what it did not remove would mix two connections.
        if (context.Ok && !IsClosed && !reaper.IsQuarantined(context.Handle)) return new(context.Handle, key, KtlsFallbackReason.None);
        if (!context.Ok) reaper.AddKey(key);
        else if (destroy == MailboxOpcode.TxDestroy) reaper.AddTx(queue, context.Handle, key);
        else reaper.AddRx(context.Handle, key);
        return TlsInstallation.Refused(!context.Ok ? ReasonOf(context, KtlsFallbackReason.ContextRefused) : IsClosed ? KtlsFallbackReason.InterfaceDown : KtlsFallbackReason.ContextRefused);
    }

    private KtlsFallbackReason ReasonOf(in MailboxResult result, KtlsFallbackReason otherwise) =>
        !result.Answered ? nic.State == NicState.Running ? KtlsFallbackReason.CommandTimedOut : KtlsFallbackReason.CardLost
        : result.Status == MailboxStatus.TableFull ? KtlsFallbackReason.TableFull
        : result.Status == MailboxStatus.Unsupported ? KtlsFallbackReason.NotOffered
        : otherwise;

    private static RxCreateRequest Describe(in TcpTuple tuple, int queue)
    {
        Span<byte> remote = stackalloc byte[16];
        Span<byte> local = stackalloc byte[16];
        remote.Clear();
        local.Clear();
        tuple.RemoteAddress.Write(remote);
        tuple.LocalAddress.Write(local);
        return new()
        {
            IpVersion = (byte)(tuple.RemoteAddress.IsIpv6 ? 6 : 4),
            Queue = (ushort)queue,
            RemotePort = tuple.RemotePort,
            LocalPort = tuple.LocalPort,
            RemoteAddressFirst = BinaryPrimitives.ReadUInt64LittleEndian(remote),
            RemoteAddressLast = BinaryPrimitives.ReadUInt64LittleEndian(remote[8..]),
            LocalAddressFirst = BinaryPrimitives.ReadUInt64LittleEndian(local),
            LocalAddressLast = BinaryPrimitives.ReadUInt64LittleEndian(local[8..]),
        };
    }
}
