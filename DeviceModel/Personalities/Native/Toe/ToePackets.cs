using System.Buffers.Binary;
using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Port;
using NicEmu.DeviceModel.Registers;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.DeviceModel.Personalities.Native.Toe;

/// <summary>The packet ring: frames of the engine's connections go to firmware and not to the host, frames of firmware go to the port.</summary>
internal sealed class ToePackets : IFrameSteering
{
    private const ushort ArpType = 0x0806;
    private const byte Icmpv6 = 58;
    private const byte NeighborSolicitation = 135;
    private const byte NeighborAdvertisement = 136;
    private const int Ipv6HeaderLength = 40;
    private const int SendBudget = 16;

    private readonly RegisterFile _file;
    private readonly NicCore _core;
    private readonly ToeCounters _counters;
    private readonly Func<ToeState?> _state;
    private readonly Action _notify;
    private readonly ITimer _timer;
    private readonly IScheduler _scheduler;

    public ToePackets(RegisterFile file, NicCore core, ToeCounters counters, Func<ToeState?> state, Action notify, IScheduler scheduler, string name)
    {
        (_file, _core, _counters, _state, _notify, _scheduler) = (file, core, counters, state, notify, scheduler);
        _timer = scheduler.CreateTimer(name + ".packets", Send);
        file.OnWrite(Block.PacketOutProducer, (_, _, _) => Wake());
    }

    private static ToeInternalBlock Block => NativeMap.ToeInternal;

    /// <summary>Sends what waits, soon.</summary>
    public void Wake()
    {
        if (_state() is not null)
        {
            _timer.ArmNoLaterThan(_scheduler.NowPs);
        }
    }

    /// <summary>Sends nothing any more.</summary>
    public void Stop() => _timer.Cancel();

    /// <inheritdoc/>
    public bool Takes(ReadOnlySpan<byte> frame, in FrameLayout layout, RxFlags flags)
    {
        if (_state() is not { } state || layout.VlanTags > 0)
        {
            return false;
        }

        if (!layout.IsTcp)
        {
            // Host and engine both know their neighbours: a copy.
            if (IsAboutNeighbours(frame, layout))
            {
                Put(state, frame, flags);
            }

            return false;
        }

        if (!state.Steers(FlowTuple.Of(frame, layout)))
        {
            return false;
        }

        _counters.SegmentsReceived++;
        Put(state, frame, flags);
        return true;
    }

    private static bool IsAboutNeighbours(ReadOnlySpan<byte> frame, in FrameLayout layout)
    {
        if (layout.IpVersion == 0)
        {
            return BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) == ArpType;
        }

        int type = layout.L3Offset + Ipv6HeaderLength;
        return layout.IpVersion == 6 && frame.Length > type && frame[layout.L3Offset + 6] == Icmpv6 && frame[type] is NeighborSolicitation or NeighborAdvertisement;
    }

    private void Put(ToeState state, ReadOnlySpan<byte> frame, RxFlags flags)
    {
        uint producer = _file[Block.PacketInProducer];
        if (producer - _file[Block.PacketInConsumer] >= ToeDevice.PacketSlots || frame.Length > ToeDevice.PacketSlotBytes - ToeDevice.PacketHeaderBytes)
        {
            _counters.PacketsLost++;
            return;
        }

        Span<byte> slot = state.PacketSlot(false, producer);
        BinaryPrimitives.WriteUInt32LittleEndian(slot, (uint)frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[4..], (flags & RxFlags.L4Good) != 0 && !ChecksumVerdict.IsBad(flags) ? ToeDevice.ChecksumsGood : 0);
        frame.CopyTo(slot[ToeDevice.PacketHeaderBytes..]);
        _counters.CardWritten += (ulong)frame.Length;
        _file[Block.PacketInProducer] = producer + 1;
        _notify();
    }

    private void Send()
    {
        if (_state() is not { } state)
        {
            return;
        }

        uint producer = _file[Block.PacketOutProducer];
        uint consumer = _file[Block.PacketOutConsumer];
        int budget = SendBudget;
        bool full = false;
        while (producer - consumer is > 0 and <= ToeDevice.PacketSlots && budget-- > 0)
        {
            Span<byte> slot = state.PacketSlot(true, consumer);
            int length = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(slot), (uint)(slot.Length - ToeDevice.PacketHeaderBytes));
            FrameOutcome outcome = _core.Send(slot.Slice(ToeDevice.PacketHeaderBytes, length));
            full = outcome == FrameOutcome.NoRoom;
            if (full)
            {
                break;
            }

            Count(outcome, BinaryPrimitives.ReadUInt32LittleEndian(slot[4..]), (ulong)length);
            _file[Block.PacketOutConsumer] = ++consumer;
        }

        if (budget < SendBudget)
        {
            _notify();
        }

        // A full port calls back when it has room.
        if (!full && producer != consumer)
        {
            _timer.ArmAt(_scheduler.NowPs);
        }
    }

    private void Count(FrameOutcome outcome, uint flags, ulong length)
    {
        if (outcome == FrameOutcome.Lost)
        {
            _counters.PacketsLost++;
            return;
        }

        _counters.CardRead += length;
        _counters.SegmentsSent += (flags & ToeDevice.IsSegment) != 0 ? 1UL : 0;
        if ((flags & ToeDevice.IsRetransmission) != 0)
        {
            _counters.Retransmits++;
            _counters.RetransmitBytes += length;
        }
    }
}
