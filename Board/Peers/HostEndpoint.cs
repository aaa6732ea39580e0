using NicEmu.Net;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;

namespace NicEmu.Board.Peers;

/// <summary>A host without a NIC model: a TCP/IP endpoint right on a link. It sends at link rate, so that its bursts are no denser than a real port's.</summary>
public sealed class HostEndpoint
{
    private readonly IScheduler _scheduler;
    private readonly ILink _link;
    private readonly ITimer _timer;
    private readonly long _wireBytePs;
    private long _busyUntilPs;

    /// <summary>Plugs the endpoint in.</summary>
    /// <param name="scheduler">Time and timers.</param>
    /// <param name="link">The wire.</param>
    /// <param name="config">Addresses and limits; segmentation and checksum offload stay off, because nobody would do them.</param>
    /// <param name="name">Prefix of its timer's name.</param>
    /// <param name="wireBytePs">Time of one byte on the wire in picoseconds; 0 sends without delay.</param>
    public HostEndpoint(IScheduler scheduler, ILink link, NetStackConfig config, string name = "host", long wireBytePs = TimingTable.WireBytePs)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfNegative(wireBytePs);
        if (config.ChecksumOffload || config.MaxSegmentOffloadBytes != 0)
        {
            throw new ArgumentException("An endpoint without a NIC has no offloads.", nameof(config));
        }

        _scheduler = scheduler;
        _link = link;
        _wireBytePs = wireBytePs;
        Stack = new NetStack(config);
        _timer = scheduler.CreateTimer(name + ".stack", SendNext);
        link.OnReceived(OnFrame);
    }

    /// <summary>The TCP/IP stack. After writing to, reading from or closing one of its connections, call <see cref="Kick"/>.</summary>
    public NetStack Stack { get; }

    /// <summary>Lets the stack send what it has; does nothing when it has nothing.</summary>
    public void Kick()
    {
        long deadline = Stack.NextDeadlinePs;
        if (deadline != long.MaxValue)
        {
            _timer.ArmNoLaterThan(Math.Max(Math.Max(deadline, _busyUntilPs), _scheduler.NowPs));
        }
    }

    private void OnFrame(ReadOnlySpan<byte> frame)
    {
        Stack.Input(frame, _scheduler.NowPs);
        Kick();
    }

    private void SendNext()
    {
        if (Stack.TryPoll(_scheduler.NowPs, out OutgoingSegment segment))
        {
            _busyUntilPs = _scheduler.NowPs + ((segment.Length + TimingTable.WireOverheadBytes) * _wireBytePs);
            _link.Send(segment.Headers, segment.Payload);
        }

        Kick();
    }
}
