using System.Buffers.Binary;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Kernel;

/// <summary>One network interface of a host: a card with its driver, and what the host's sockets have in that card.</summary>
public sealed class HostPort : INicClient, IDisposable
{
    private const int EthernetAddresses = 12;
    private const int VlanTag = 4;

    private readonly HostKernel _kernel;
    private readonly IScheduler _scheduler;
    private readonly byte[] _tagged;
    private readonly Dictionary<ulong, IKernelSocket> _txByHandle = [];
    private readonly Dictionary<ulong, (IKernelSocket Socket, int Mark)> _rxByHandle = [];
    private readonly Queue<(IKernelSocket Socket, ulong Handle, ResyncAnswer Answer)> _answers = new();
    private readonly Queue<Resend> _resends = new();
    private readonly ReceiveCoalescer _coalescer = new();
    private readonly PortLifecycle _life;
    private int _pieces = 1;

    internal HostPort(HostKernel kernel, int index, IDeviceBus bus, IScheduler scheduler, NicOptions options, string name)
    {
        (_kernel, _scheduler, Index) = (kernel, scheduler, index);
        _tagged = new byte[options.EffectiveRxBufferBytes + VlanTag];
        Nic = new(bus, scheduler, this, options, name + ".nic");
        Reaper = new(Nic, scheduler, name);
        Installer = new(Nic, Reaper);
        _life = new(this, kernel, scheduler, name);
    }

    /// <summary>Place among the host's ports.</summary>
    public int Index { get; }

    /// <summary>The card's driver.</summary>
    public NicDriver Nic { get; }

    /// <summary>Whether frames can be sent.</summary>
    public bool IsRunning => Nic.State == NicState.Running;

    /// <summary>Times that the card was brought up anew after an error.</summary>
    public int Recoveries => _life.Recoveries;

    /// <summary>Keys and contexts whose removal failed or was not answered; they are never used again.</summary>
    public int Quarantined => Reaper.Quarantined;

    /// <summary>Contexts that the host's sockets use in this card now.</summary>
    public int LiveContexts => _txByHandle.Count + _rxByHandle.Count;

    internal TlsInstaller Installer { get; }

    internal ContextReaper Reaper { get; }

    /// <summary>Takes the interface down: contexts and keys are removed, each once; connections go on in software, for good. Frames are lost until <see cref="Up"/>.</summary>
    /// <param name="done">Called when the card is out of use, or at once if it was.</param>
    public void Down(Action? done = null) => _life.Down(done);

    /// <summary>Takes the interface into use again. New connections may use the card.</summary>
    /// <exception cref="InvalidOperationException">It is in use, or on its way to it.</exception>
    public void Up() => _life.Up();

    /// <summary>Lets go of the card for good: as <see cref="Down"/>, and no later <see cref="Up"/> is possible.</summary>
    /// <param name="done">Called when nothing of the driver is left in the card.</param>
    public void Unbind(Action? done = null) => _life.Unbind(done);

    /// <summary>Resets the card at once, as a bus reset does, and brings it up again. Its contexts are lost; connections go on in software.</summary>
    public void Reset() => Nic.FailWith(NicError.DeviceReset);

    /// <inheritdoc/>
    public void Dispose()
    {
        _life.Dispose();
        Reaper.Clear();
        Nic.Dispose();
    }

    void INicClient.OnRunning()
    {
        _life.OnRunning();
        ReserveForPieces(_pieces);
        _kernel.OnPortRunning(this);
    }

    void INicClient.OnFrame(int queue, ReadOnlySpan<byte> frame, in RxCompletion completion)
    {
        bool decrypted = completion.Verdict == RxVerdict.Decrypted;
        bool headerGood = (completion.Flags & (RxFlags.Ipv4Checked | RxFlags.Ipv4Good)) != RxFlags.Ipv4Checked;
        bool verified = decrypted || (headerGood && _kernel.Features.ReceiveChecksum && (completion.Flags & RxFlags.L4Good) != 0);
        ReadOnlySpan<byte> whole = WithTag(frame, completion);
        bool coalesces = verified && _kernel.Coalesces;
        if (coalesces && _coalescer.TryJoin(whole, completion.Verdict, completion.Handle))
        {
            _kernel.Counters.RxTlsDecryptedPackets += decrypted ? 1 : 0;
            return;
        }

        // What came before is in the stack before the card's word about this frame counts.
        Flush();
        int mark = 0;
        if (completion.Verdict != RxVerdict.NotTls)
        {
            KtlsCounters counters = _kernel.Counters;
            (IKernelSocket? socket, int known) = _rxByHandle.GetValueOrDefault(completion.Handle);
            mark = decrypted ? known : 0;
            // Plaintext for a session that is gone is no part of any stream.
            if (decrypted && mark == 0) return;
            if (decrypted) counters.RxTlsDecryptedPackets++;
            if (completion.Verdict == RxVerdict.AuthenticationFailed) counters.RxTlsErr++;
            if (completion.Verdict == RxVerdict.ResyncRequest) socket?.RxSession?.OnResyncRequest(completion.CandidateSequence);
        }

        if (!coalesces || !_coalescer.TryHold(whole, completion.Verdict, completion.Handle, mark)) _kernel.Input(whole, mark, verified, new(Nic.RxQueue(queue), whole.Length - frame.Length));
    }

    void INicClient.OnRxReaped(int queue) => Flush();

    void INicClient.OnTxRoom(int queue) => _kernel.SchedulePump();

    void INicClient.OnTxReaped(int queue) => _kernel.OnTransmitted();

    void INicClient.OnTxFailure(int queue, in TxFailure failure)
    {
        if (failure.Opcode == TxOpcode.ResyncAnswer || !_txByHandle.TryGetValue(failure.Handle, out IKernelSocket? socket) || socket.SessionOf(failure.Handle) is not { } session) return;
        var payload = new byte[failure.PayloadLength];
        if (!session.OnFailure(failure, payload)) return;
        _resends.Enqueue(new(queue, failure.Frame[..failure.HeaderLength].ToArray(), payload, failure.Mss));
        _kernel.SchedulePump();
    }

    void INicClient.OnEvent(in EventEntry entry) => _kernel.CardEvent?.Invoke(entry);

    void INicClient.OnFailed(NicError error) => _life.OnFailed(error);

    /// <summary>Room for segments in so many pieces is kept from now on.</summary>
    /// <exception cref="InvalidOperationException">The transmit rings are too short for the worst of them.</exception>
    internal void ReserveForPieces(int pieces)
    {
        _pieces = Math.Max(_pieces, pieces);
        for (int i = 0; i < Nic.QueuePairs && IsRunning; i++) Nic.TxQueue(i).ReserveForPieces(_pieces);
    }

    internal int QueueOf(in TcpTuple tuple) => (tuple.LocalPort ^ tuple.RemotePort) % Nic.QueuePairs;

    internal void QueueAnswer(IKernelSocket socket, ulong context, ResyncAnswer answer)
    {
        _answers.Enqueue((socket, context, answer));
        _kernel.SchedulePump();
    }

    internal void RegisterTx(ulong handle, IKernelSocket socket) => _txByHandle[handle] = socket;

    internal void UnregisterTx(ulong handle) => _txByHandle.Remove(handle);

    internal void RegisterRx(ulong handle, IKernelSocket socket, int mark) => _rxByHandle[handle] = (socket, mark);

    internal void UnregisterRx(ulong handle) => _rxByHandle.Remove(handle);

    /// <summary>Nothing of a former life of the card is posted to the new one.</summary>
    internal void ForgetWork()
    {
        _answers.Clear();
        _resends.Clear();
        _coalescer.Clear();
        _txByHandle.Clear();
        _rxByHandle.Clear();
    }

    /// <summary>The stack does not say for which queue its next segment is, so every queue must have room for the worst.</summary>
    internal bool HasRoom()
    {
        bool room = true;
        for (int i = 0; i < Nic.QueuePairs; i++) room &= Nic.TxQueue(i).HasRoomForSegment();
        return room;
    }

    /// <summary>Posts one thing that is not the stack's; false if there is none.</summary>
    internal bool TryPostOwn()
    {
        while (_answers.TryDequeue(out (IKernelSocket Socket, ulong Handle, ResyncAnswer Answer) next))
        {
            // No word about a context that was given up meanwhile.
            if (next.Socket.RxHandle != next.Handle) continue;
            Nic.TxQueue(QueueOf(next.Socket.Connection.Tuple)).PostResyncAnswer(next.Handle, next.Answer.Kind, next.Answer.Sequence, next.Answer.RecordNumber);
            return true;
        }

        if (!_resends.TryDequeue(out Resend? again)) return false;
        Send(again.Queue, new() { Headers = again.Headers, Payload = again.Payload, Sequence = 0, Mss = again.Mss }, TcpHeaderPatch.Checksums(again.Headers));
        return true;
    }

    internal void Send(int queue, in TxSegment segment, TxOffloads offloads)
    {
        bool cut = segment.Mss > 0 && segment.Payload.Length > segment.Mss;
        Nic.TxQueue(queue).PostData(new TxFrame
        {
            Headers = segment.Headers,
            Payload = segment.Payload,
            Offloads = offloads | (cut ? TxOffloads.Segmentation : TxOffloads.None),
            Mss = cut ? (ushort)segment.Mss : (ushort)0,
        });
    }

    /// <summary>Gives what was posted to the card.</summary>
    /// <returns>Whether a queue waits for room.</returns>
    internal bool Ring()
    {
        bool blocked = false;
        for (int i = 0; i < Nic.QueuePairs; i++) Nic.TxQueue(i).Ring();
        Nic.WatchTransmit();
        for (int i = 0; i < Nic.QueuePairs; i++) blocked |= Nic.TxQueue(i).Stopped;
        return blocked;
    }

    /// <summary>Gives the stack the segment that is held.</summary>
    private void Flush()
    {
        int segments = _coalescer.Take(out ReadOnlySpan<byte> frame, out int mark);
        if (segments == 0) return;
        if (segments > 1)
        {
            _kernel.Counters.RxGroPackets += segments;
            _kernel.Counters.RxGroSegments++;
        }

        _kernel.Input(frame, mark, verified: true, default);
    }

    /// <summary>Puts back the tag that the card took away: which VLANs are the host's is for the stack to say, and without its tag every frame looks like one of none.</summary>
    private ReadOnlySpan<byte> WithTag(ReadOnlySpan<byte> frame, in RxCompletion completion)
    {
        if ((completion.Flags & RxFlags.VlanStripped) == 0 || frame.Length < EthernetAddresses) return frame;
        Span<byte> tagged = _tagged.AsSpan(0, frame.Length + VlanTag);
        frame[..EthernetAddresses].CopyTo(tagged);
        BinaryPrimitives.WriteUInt16BigEndian(tagged[EthernetAddresses..], EtherType.Vlan);
        BinaryPrimitives.WriteUInt16BigEndian(tagged[(EthernetAddresses + 2)..], completion.VlanTci);
        frame[EthernetAddresses..].CopyTo(tagged[(EthernetAddresses + VlanTag)..]);
        return tagged;
    }

    private sealed record Resend(int Queue, byte[] Headers, byte[] Payload, int Mss);
}
