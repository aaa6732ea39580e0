using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Net;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Kernel;

/// <summary>The receiving direction of a TLS socket: its session, the context that helps it, and the way from one key to the next.</summary>
internal sealed class TlsRxHalf(HostKernel kernel, TcpConnection connection, IKernelSocket socket, IRecordMemory? record = null) : IDisposable
{
    private KtlsRxSession? _session;
    private HostPort? _port;
    private TlsInstallation _installed;
    private KtlsState _state;
    private KtlsState _counted;
    private TlsCryptoInfo? _next;
    private bool _mayReturn;
    private bool _isRekeying;
    private bool _isReleased;

    public KtlsState State => _state;

    public KtlsFallbackReason Reason { get; private set; }

    public KtlsError Error => _session?.Error ?? KtlsError.None;

    public ulong Handle => _installed.Context;

    public HostPort? Port => _port;

    public KtlsRxSession? Session => _session;

    public void Set(TlsCryptoInfo info)
    {
        if (_state != KtlsState.None) throw new KtlsException(KtlsError.Busy, "TLS_RX was set before.");
        bool offload = kernel.Features.TlsReceive;
        _session = new(info, connection.ReadSequence, kernel.Counters, offload ? Answer : null, record);
        if (offload) Install(info);
        else UseSoftware(KtlsFallbackReason.FeatureOff);
    }

    /// <summary>Takes the key that follows, see <see cref="HostSocket.UpdateTlsRx"/>.</summary>
    public void Update(TlsCryptoInfo info)
    {
        if (_session is not { } session) throw new KtlsException(KtlsError.InvalidArgument, "TLS_RX was not set.");
        KtlsError refusal = session.Info.Version != TlsVersion.Tls13 || session.Error != KtlsError.KeyExpired ? KtlsError.Busy
            : info.Version != session.Info.Version || info.Cipher != session.Info.Cipher ? KtlsError.InvalidArgument : KtlsError.None;
        if (refusal != KtlsError.None)
        {
            kernel.Counters.TlsRxRekeyError++;
            throw new KtlsException(refusal, "A key follows another of its version and cipher, after the peer's KeyUpdate message.");
        }

        if (_mayReturn && _state == KtlsState.Device && !kernel.Features.TlsReceive)
        {
            _mayReturn = false;
            MoveToSoftware(KtlsFallbackReason.FeatureOff);
        }

        _session = session.Succeed(info, _mayReturn ? Answer : null);
        if (!_mayReturn) EndRekey(RekeyOutcome.Ok);
        else if (_state == KtlsState.Installing) _next = info;
        else Install(info);
    }

    /// <summary>Gives bytes of the stream to the session.</summary>
    /// <returns>Bytes taken.</returns>
    public int Input(ReadOnlySpan<byte> bytes, int mark, RecordHandler handler)
    {
        int taken = _session!.Input(bytes, mark, handler);
        if (_session?.Error == KtlsError.KeyExpired) OnKeyExpired();
        return taken;
    }

    /// <summary>The port's card must not be used any more. What it decrypted already stays known as such.</summary>
    public void DetachFrom(HostPort port, KtlsFallbackReason reason, bool remove)
    {
        if (_port != port) return;
        _mayReturn = false;
        // An installation that goes on ends by itself.
        if (_state != KtlsState.Device) return;
        Leave(remove, forget: !remove);
        MoveToSoftware(reason);
    }

    /// <summary>The connection receives nothing more.</summary>
    public void Dispose()
    {
        if (_isReleased) return;
        _isReleased = true;
        EndRekey(RekeyOutcome.Aborted);
        if (_state != KtlsState.Installing) Leave(remove: true, forget: true);
        else if (_installed.Ok) _port!.UnregisterRx(_installed.Context);
        if (_counted == KtlsState.Device) kernel.Counters.TlsCurrRxDevice--;
        else if (_counted == KtlsState.Software) kernel.Counters.TlsCurrRxSw--;
        _session?.Dispose();
        _session = null;
    }

    /// <summary>What is in the card's queues may still have been decrypted under the old key, so its mark stays known until the context is gone.</summary>
    private void OnKeyExpired()
    {
        // One that the card has not ended yet is overtaken.
        EndRekey(RekeyOutcome.Fallback);
        _isRekeying = true;
        kernel.Counters.TlsRxRekeyReceived++;
        kernel.Counters.TlsCurrRxRekey++;
        if (_state == KtlsState.Device) Leave(remove: true, forget: false);
    }

    private void Install(TlsCryptoInfo info)
    {
        _state = KtlsState.Installing;
        KtlsRxSession session = _session!;
        HostPort port = _port ??= kernel.Egress;
        port.Installer.InstallRx(info, connection.Tuple, port.QueueOf(connection.Tuple), () => IsOvertaken ? null : (session.RecordStart, session.RecordNumber), OnCreated, OnActive);
    }

    private void OnCreated(TlsInstallation result)
    {
        _installed = result;
        if (_isReleased || _session is not { } session) return;
        if (!result.Ok)
        {
            End(_isRekeying ? KtlsFallbackReason.RekeyFailed : result.Reason);
            return;
        }

        if (IsOvertaken) return;
        // The rule may become active on the card before its answer is read here, so the mark is known first.
        session.Mark = kernel.NewMark();
        _port!.RegisterRx(result.Context, socket, session.Mark);
    }

    private void OnActive(bool active)
    {
        if (active && !_isReleased && !IsOvertaken)
        {
            (_state, Reason) = (KtlsState.Device, KtlsFallbackReason.None);
            _mayReturn = true;
            Count(KtlsState.Device);
            EndRekey(RekeyOutcome.Ok);
            return;
        }

        Leave(remove: true, forget: _isReleased || IsOvertaken);
        if (!_isReleased) End(_port!.Installer.IsClosed ? KtlsFallbackReason.InterfaceDown : _isRekeying ? KtlsFallbackReason.RekeyFailed : KtlsFallbackReason.ContextRefused);
    }

    /// <summary>Whether the key that the card was given is past already.</summary>
    private bool IsOvertaken => _next is not null || _session is not { Error: not KtlsError.KeyExpired };

    /// <summary>An installation came to nothing: the next key's turn, or software.</summary>
    private void End(KtlsFallbackReason reason)
    {
        if (_next is { } next)
        {
            _next = null;
            Install(next);
            return;
        }

        bool awaitsKey = IsOvertaken;
        UseSoftware(awaitsKey ? KtlsFallbackReason.None : reason);
        if (!awaitsKey) EndRekey(RekeyOutcome.Fallback);
    }

    private void UseSoftware(KtlsFallbackReason reason)
    {
        (_state, Reason) = (KtlsState.Software, reason);
        Count(KtlsState.Software);
    }

    /// <summary>What was in the card is in software from now on.</summary>
    private void MoveToSoftware(KtlsFallbackReason reason)
    {
        (_state, Reason) = (KtlsState.Software, reason);
        if (_counted != KtlsState.Device) return;
        _counted = KtlsState.Software;
        kernel.Counters.TlsCurrRxDevice--;
        kernel.Counters.TlsCurrRxSw++;
    }

    private void Count(KtlsState place)
    {
        if (_counted != KtlsState.None) return;
        _counted = place;
        if (place == KtlsState.Device)
        {
            kernel.Counters.TlsRxDevice++;
            kernel.Counters.TlsCurrRxDevice++;
        }
        else
        {
            kernel.Counters.TlsRxSw++;
            kernel.Counters.TlsCurrRxSw++;
        }
    }

    /// <summary>Gives the context up, once.</summary>
    /// <param name="remove">Whether the card still has it.</param>
    /// <param name="forget">Whether frames that it decrypted are of no use any more.</param>
    private void Leave(bool remove, bool forget)
    {
        if (!_installed.Ok) return;
        (HostPort port, ulong context, ulong key) = (_port!, _installed.Context, _installed.Key);
        _installed = default;
        _session?.Detach();
        if (forget) port.UnregisterRx(context);
        if (remove) port.Reaper.AddRx(context, key, () => port.UnregisterRx(context));
    }

    private void EndRekey(RekeyOutcome outcome)
    {
        if (!_isRekeying) return;
        _isRekeying = false;
        kernel.Counters.TlsCurrRxRekey--;
        kernel.Counters.OnRxRekeyed(outcome);
    }

    private void Answer(ResyncAnswer answer)
    {
        // A context that the next key has overtaken counts other records than the session does.
        if (_installed.Ok && !IsOvertaken) _port!.QueueAnswer(socket, _installed.Context, answer);
    }
}
