using System.Buffers.Binary;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;

namespace NicEmu.Driver.Kernel;

/// <summary>Puts keys and contexts of one connection into a card, and takes them out again. A step that fails takes back those before it.</summary>
internal sealed class TlsInstaller(NicDriver nic)
{
    /// <summary>Creates key and transmit context.</summary>
    /// <param name="info">Key and record number.</param>
    /// <param name="queue">Queue of the connection.</param>
    /// <param name="start">TCP sequence number of the first record.</param>
    /// <param name="mode">How the context is placed.</param>
    /// <param name="done">Receives the handles of context and key, or why there are none.</param>
    public void InstallTx(TlsCryptoInfo info, int queue, uint start, TxMode mode, Action<TlsInstallation> done)
    {
        KtlsFallbackReason refusal = RefusalBeforehand(nic.Capabilities.SupportsTx(info.Version, info.Cipher, mode));
        if (refusal != KtlsFallbackReason.None)
        {
            done(TlsInstallation.Refused(refusal));
            return;
        }

        nic.Tls.CreateKey(info.Cipher, info.Key.Span, key =>
        {
            if (!key.Ok)
            {
                done(TlsInstallation.Refused(ReasonOf(key, KtlsFallbackReason.KeyRefused)));
                return;
            }

            var request = new TxCreateRequest
            {
                KeyHandle = key.Handle,
                Version = info.Version,
                Mode = mode,
                Queue = (ushort)queue,
                StartSequence = start,
                RecordNumber = info.RecordSequence,
            };
            nic.Tls.CreateTx(request, info.DeviceIv(), context => Finish(context, key.Handle, done));
        });
    }

    /// <summary>Creates key and receive context and activates its rule.</summary>
    /// <param name="info">Key.</param>
    /// <param name="tuple">The connection.</param>
    /// <param name="queue">Queue of the connection.</param>
    /// <param name="place">Asked, when the context is created, for TCP sequence number and number of the next record.</param>
    /// <param name="created">Receives the handles before the rule becomes active, or why there are none.</param>
    /// <param name="active">Receives whether the rule became active; called only after there were handles.</param>
    public void InstallRx(TlsCryptoInfo info, in TcpTuple tuple, int queue, Func<(uint Sequence, ulong Number)> place, Action<TlsInstallation> created, Action<bool> active)
    {
        KtlsFallbackReason refusal = RefusalBeforehand(nic.Capabilities.Supports(info.Version, info.Cipher));
        if (refusal != KtlsFallbackReason.None)
        {
            created(TlsInstallation.Refused(refusal));
            return;
        }

        TcpTuple flow = tuple;
        nic.Tls.CreateKey(info.Cipher, info.Key.Span, key =>
        {
            if (!key.Ok)
            {
                created(TlsInstallation.Refused(ReasonOf(key, KtlsFallbackReason.KeyRefused)));
                return;
            }

            (uint sequence, ulong number) = place();
            RxCreateRequest request = Describe(flow, queue) with { KeyHandle = key.Handle, Version = info.Version, StartSequence = sequence, RecordNumber = number };
            nic.Tls.CreateRx(request, info.DeviceIv(), context =>
            {
                Finish(context, key.Handle, created);
                if (context.Ok) nic.Tls.Submit(MailboxOpcode.RxActivate, context.Handle, result => active(result.Ok));
            });
        });
    }

    public void RemoveTx(ulong context, ulong key) => Remove(MailboxOpcode.TxDestroy, context, key);

    public void RemoveRx(ulong context, ulong key) => Remove(MailboxOpcode.RxDestroy, context, key);

    /// <summary>The context first: a key that is referenced is not destroyed.</summary>
    private void Remove(MailboxOpcode opcode, ulong context, ulong key)
    {
        nic.Tls.Submit(opcode, context);
        nic.Tls.Submit(MailboxOpcode.KeyDestroy, key);
    }

    private void Finish(in MailboxResult context, ulong key, Action<TlsInstallation> done)
    {
        if (!context.Ok) nic.Tls.Submit(MailboxOpcode.KeyDestroy, key);
        done(context.Ok ? new(context.Handle, key, KtlsFallbackReason.None) : TlsInstallation.Refused(ReasonOf(context, KtlsFallbackReason.ContextRefused)));
    }

    /// <summary>What is known without asking the card.</summary>
    private KtlsFallbackReason RefusalBeforehand(bool offered)
    {
        if (nic.State != NicState.Running) return KtlsFallbackReason.CardDown;
        if (!nic.LinkUp) return KtlsFallbackReason.LinkDown;
        return offered ? KtlsFallbackReason.None : KtlsFallbackReason.NotOffered;
    }

    private static KtlsFallbackReason ReasonOf(in MailboxResult result, KtlsFallbackReason otherwise) =>
        !result.Answered ? KtlsFallbackReason.CardDown
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
