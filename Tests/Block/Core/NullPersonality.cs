using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;

namespace NicEmu.Tests.Block.Core;

/// <summary>
/// A personality without registers, rings or descriptors: it drives the engine room by its verbs alone, and its geometry is not the native one.
/// What it can do, any vendor's interface can.
/// </summary>
internal sealed class NullPersonality : INicCoreClient, ITraceSink
{
    public static readonly CoreGeometry Geometry = new()
    {
        Queues = 5,
        Keys = 7,
        TxContexts = 3,
        RxContexts = 3,
        MaxMtu = 4000,
        MaxChainBytes = 70000,
    };

    public const ulong Mac = 0x02_00_00_00_00_01;

    public NullPersonality(bool traced = true)
    {
        Trace = new TraceSource(Scheduler, 0) { Sink = traced ? this : null };
        Core = new NicCore(Geometry, Scheduler, Trace, this, 1);
        Core.Attach(Link);
        Configure(new PortConfiguration { MacAddress = Mac, RxEnable = true, TxEnable = true });
        Core.SetLinkAdmin(true);
        Raised.Clear();
    }

    public ManualScheduler Scheduler { get; } = new();

    public CaptureLink Link { get; } = new();

    public TraceSource Trace { get; }

    public NicCore Core { get; }

    /// <summary>Posted receive buffers of each queue; none are posted on the first of the others.</summary>
    public int[] Buffers { get; } = [1000, 1000, 1000, 1000, 1000];

    public List<Delivered> Deliveries { get; } = [];

    public List<(EventCode Code, int Queue, uint Data, ulong Handle)> Raised { get; } = [];

    public List<(TraceEvent Event, byte[] Data)> Events { get; } = [];

    public int ReadyCount { get; private set; }

    /// <summary>Whether deliveries are kept.</summary>
    public bool Keep { get; set; } = true;

    /// <summary>Runs inside the next <see cref="TryTakeBuffer"/>, as a register write during a DMA would.</summary>
    public Action? DuringTake { get; set; }

    public void Configure(PortConfiguration configuration) =>
        _ = Core.ConfigurePort(configuration) == CoreStatus.Ok ? configuration : throw new ArgumentException("refused", nameof(configuration));

    /// <summary>Submits a copy of a frame.</summary>
    public TxOutcome Submit(byte[] frame, TxOffloads offloads = TxOffloads.None, int mss = 0, int headerLength = 0, ushort vlan = 0, ulong handle = 0, int queue = 0)
    {
        var request = new TxRequest
        {
            Queue = queue,
            Offloads = offloads,
            Mss = (ushort)mss,
            HeaderLength = headerLength,
            VlanTci = vlan,
            Handle = handle,
            Frame = [.. frame],
        };
        return Core.Submit(ref request);
    }

    public bool TryTakeBuffer(int queue, int frameLength)
    {
        Action? action = DuringTake;
        DuringTake = null;
        action?.Invoke();
        return Buffers[queue]-- > 0;
    }

    public void Deliver(in RxDelivery delivery)
    {
        if (Keep)
        {
            Deliveries.Add(new Delivered(
                delivery.Queue, delivery.Frame.ToArray(), delivery.Flags, delivery.VlanTci, delivery.Hash, delivery.HashType, delivery.L3Offset,
                delivery.L4Offset, delivery.Verdict, delivery.Reason, delivery.RecordsCompleted, delivery.CandidateSequence, delivery.Handle,
                delivery.RecordNumber));
        }
    }

    public void Raise(EventCode code, int queue, uint data, ulong handle) => Raised.Add((code, queue, data, handle));

    public void TxReady() => ReadyCount++;

    public void On(in TraceEvent e, ReadOnlySpan<byte> data) => Events.Add((e, data.ToArray()));
}
