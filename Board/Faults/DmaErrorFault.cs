using NicEmu.Board.Bus;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Faults;

/// <summary>Reads or writes of one class of addresses end with an abort; nothing is transferred.</summary>
internal sealed class DmaErrorFault(ArmedFault fault, FaultyHostPort port, RingMap rings, IHostPort next) : PortFault(next)
{
    private readonly bool _onRead = fault.Specification.Definition.Name == "dma-read-error";
    private readonly string _class = fault.Specification.Word("class");

    public override BusStatus Read(ulong address, Span<byte> data) =>
        _onRead && Concerns(address) && fault.Strikes(port.Current) ? BusStatus.Aborted : Next.Read(address, data);

    public override BusStatus Write(ulong address, ReadOnlySpan<byte> data) =>
        !_onRead && Concerns(address) && fault.Strikes(port.Current) ? BusStatus.Aborted : Next.Write(address, data);

    private bool Concerns(ulong address) => _class == "any" || rings.Find(address).Class switch
    {
        DmaClass.TxDescriptor or DmaClass.RxDescriptor or DmaClass.ToeCommand => _class == "descriptor",
        DmaClass.TxCompletion or DmaClass.RxCompletion or DmaClass.ToeCompletion => _class == "completion",
        DmaClass.Event => _class == "event",
        _ => _class == "payload",
    };
}
