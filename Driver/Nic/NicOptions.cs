using NicEmu.Spec.Native;

namespace NicEmu.Driver.Nic;

/// <summary>How the driver sets a card up.</summary>
public sealed record NicOptions
{
    private const long MillisecondPs = 1_000_000_000;

    /// <summary>Transmit and receive queues that are used, 1 to 16 and at most what the card offers.</summary>
    public int QueuePairs { get; init; } = 1;

    /// <summary>Descriptors of a transmit ring as a power of two, 6 to 15.</summary>
    public int TxRingLog2 { get; init; } = 8;

    /// <summary>Descriptors of a receive ring as a power of two, 3 to 15.</summary>
    public int RxRingLog2 { get; init; } = 8;

    /// <summary>Receive buffers of a queue beyond those that its ring names, for those that sockets keep; 0 to 32767.</summary>
    public int RxSpareBuffers { get; init; }

    /// <summary>Entries of the event ring as a power of two, 3 to 15.</summary>
    public int EventRingLog2 { get; init; } = 6;

    /// <summary>Bytes of one receive buffer, 64 to 65535; 0 takes what the MTU needs.</summary>
    public int RxBufferBytes { get; init; }

    /// <summary>Bytes of the memory that frames of one transmit queue are copied to, 256 KiB to 256 MiB, a power of two.</summary>
    public int TxArenaBytes { get; init; } = 1 << 20;

    /// <summary>Longest piece of a frame that one descriptor segment names, 2048 to 65535: longer frames become chains.</summary>
    public int TxSegmentBytes { get; init; } = 16384;

    /// <summary>Payload bytes of the longest frame, 68 to 9000.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Take every frame from the wire.</summary>
    public bool Promiscuous { get; init; }

    /// <summary>Take every multicast frame.</summary>
    public bool AllMulticast { get; init; } = true;

    /// <summary>Let the card remove IEEE 802.1Q tags.</summary>
    public bool VlanStrip { get; init; }

    /// <summary>Reset the function before it is used, so that nothing of an earlier driver remains.</summary>
    public bool ResetFirst { get; init; } = true;

    /// <summary>Interval of interrupt moderation in microseconds; 0 for none.</summary>
    public int ModerationUs { get; init; }

    /// <summary>Completions that end a moderation interval early; 0 for no such end.</summary>
    public int ModerationFrames { get; init; }

    /// <summary>Longest wait for the end of a reset and for firmware, in picoseconds.</summary>
    public long FirmwareTimeoutPs { get; init; } = 100 * MillisecondPs;

    /// <summary>Longest wait for one mailbox command, in picoseconds.</summary>
    public long CommandTimeoutPs { get; init; } = 10 * MillisecondPs;

    /// <summary>Time without any completion after which a transmit queue with work counts as stuck, in picoseconds.</summary>
    public long TxTimeoutPs { get; init; } = 1000 * MillisecondPs;

    /// <summary>Time from traffic to a look at the card's health, in picoseconds; 0 for none. A card without traffic is not looked at.</summary>
    public long HealthCheckPs { get; init; } = 100 * MillisecondPs;

    /// <summary>
    /// Time between looks into the rings for completions whose interrupt was lost, in picoseconds; 0 for none. The looks go on while the card is at rest, read
    /// memory only, and do not keep a run going that has nothing else to do.
    /// </summary>
    public long RingPollPs { get; init; } = 100 * MillisecondPs;

    internal int EffectiveRxBufferBytes => RxBufferBytes != 0 ? RxBufferBytes : (Mtu + 18 + 63) & ~63;

    internal void Validate()
    {
        Check(QueuePairs, 1, NativeDevice.QueuePairs);
        Check(TxRingLog2, 6, NativeDevice.MaxRingLog2);
        Check(RxRingLog2, NativeDevice.MinRingLog2, NativeDevice.MaxRingLog2);
        Check(EventRingLog2, NativeDevice.MinRingLog2, NativeDevice.MaxRingLog2);
        Check(RxSpareBuffers, 0, short.MaxValue);
        Check(EffectiveRxBufferBytes, 64, ushort.MaxValue);
        Check(TxArenaBytes, 1 << 18, 1 << 28);
        Check(TxSegmentBytes, 2048, ushort.MaxValue);
        Check(Mtu, 68, NativeDevice.MaxMtu);
        Check(ModerationUs, 0, ushort.MaxValue);
        Check(ModerationFrames, 0, ushort.MaxValue);
        if (!int.IsPow2(TxArenaBytes)) throw new ArgumentException("TxArenaBytes is no power of two.");
    }

    private static void Check(int value, int least, int greatest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, greatest);
    }
}
