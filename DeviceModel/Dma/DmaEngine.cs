using NicEmu.DeviceModel.Pci;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;

namespace NicEmu.DeviceModel.Dma;

/// <summary>
/// The only caller of <see cref="IHostPort"/>. Each call is a re-entry point: register accesses and resets may arrive inside it, hence every
/// transaction names its epoch, and a caller that gets <see cref="BusStatus.StaleEpoch"/> back must drop what it was doing at once.
/// </summary>
/// <param name="port">The upstream port.</param>
/// <param name="config">Says whether the function is a bus master.</param>
/// <param name="trace">Where transactions and mistakes of the guest are reported.</param>
internal sealed class DmaEngine(IHostPort port, PciConfigSpace config, TraceSource trace)
{
    private int _callDepth;
    private long _costPs;

    /// <summary>Whether a bus call is under way: register accesses that arrive now are nested in a step and may only mark work.</summary>
    public bool IsInCall => _callDepth > 0;

    /// <summary>Reads host memory.</summary>
    /// <param name="epoch">Epoch of the caller.</param>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="data">Receives the bytes; undefined unless the result is OK.</param>
    public BusStatus Read(DmaEpoch epoch, ulong address, Span<byte> data)
    {
        if (data.IsEmpty)
        {
            return Current(epoch, BusStatus.Ok);
        }

        BusStatus status = Admit(epoch, address, data.Length, "DMA read");
        if (status != BusStatus.Ok)
        {
            return status;
        }

        _costPs += TimingTable.DmaReadPs + (data.Length * TimingTable.DmaBytePs);
        _callDepth++;
        try
        {
            status = port.Read(address, data);
        }
        finally
        {
            _callDepth--;
        }

        Report(TraceEventKind.DmaRead, "DMA read", address, data, status);
        return Current(epoch, status);
    }

    /// <summary>Writes host memory.</summary>
    /// <param name="epoch">Epoch of the caller.</param>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="data">The bytes.</param>
    public BusStatus Write(DmaEpoch epoch, ulong address, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return Current(epoch, BusStatus.Ok);
        }

        BusStatus status = Admit(epoch, address, data.Length, "DMA write");
        if (status != BusStatus.Ok)
        {
            return status;
        }

        _costPs += TimingTable.DmaWritePs + (data.Length * TimingTable.DmaBytePs);
        _callDepth++;
        try
        {
            status = port.Write(address, data);
        }
        finally
        {
            _callDepth--;
        }

        Report(TraceEventKind.DmaWrite, "DMA write", address, data, status);
        return Current(epoch, status);
    }

    /// <summary>Sends an MSI-X message.</summary>
    /// <param name="epoch">Epoch of the caller.</param>
    /// <param name="vector">Vector number.</param>
    /// <param name="message">Contents of its table entry.</param>
    public BusStatus Interrupt(DmaEpoch epoch, int vector, in MsixMessage message)
    {
        if (!epoch.IsCurrent)
        {
            return BusStatus.StaleEpoch;
        }

        BusStatus status = BusStatus.NotBusMaster;
        if (config.BusMasterEnabled)
        {
            _callDepth++;
            try
            {
                status = port.Interrupt(vector, message);
            }
            finally
            {
                _callDepth--;
            }
        }
        else
        {
            trace.GuestError(GuestErrorCode.NotBusMaster, "interrupt", message.Address, message.Data, vector);
        }

        trace.Emit(new TraceEvent { Kind = TraceEventKind.InterruptRaised, Index = vector, Address = message.Address, Value = message.Data, Code = (int)status });
        return Current(epoch, status);
    }

    /// <summary>Model time of the transactions since the last call, in picoseconds.</summary>
    public long TakeCost()
    {
        long cost = _costPs;
        _costPs = 0;
        return cost;
    }

    private static BusStatus Current(DmaEpoch epoch, BusStatus status) => epoch.IsCurrent ? status : BusStatus.StaleEpoch;

    private BusStatus Admit(DmaEpoch epoch, ulong address, int length, string what)
    {
        if (!epoch.IsCurrent)
        {
            return BusStatus.StaleEpoch;
        }

        if (!config.BusMasterEnabled)
        {
            trace.GuestError(GuestErrorCode.NotBusMaster, what, address, (ulong)length);
            return BusStatus.NotBusMaster;
        }

        if (ulong.MaxValue - address < (ulong)length - 1)
        {
            trace.GuestError(GuestErrorCode.DmaFault, what, address, (ulong)length);
            return BusStatus.Unmapped;
        }

        return BusStatus.Ok;
    }

    private void Report(TraceEventKind kind, string what, ulong address, ReadOnlySpan<byte> data, BusStatus status)
    {
        if (trace.Enabled)
        {
            var e = new TraceEvent { Kind = kind, Address = address, Length = data.Length, Code = (int)status };
            trace.Emit(e, status == BusStatus.Ok ? data : default);
        }

        if (status is BusStatus.Unmapped or BusStatus.Aborted)
        {
            trace.GuestError(GuestErrorCode.DmaFault, what, address, (ulong)data.Length);
        }
    }
}
