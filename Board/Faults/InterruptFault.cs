using NicEmu.Board.Bus;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Faults;

/// <summary>Interrupt messages are lost, late, repeated, out of order or wrong.</summary>
internal sealed class InterruptFault : PortFault
{
    private const long FlushPs = 50_000_000;
    private const long AgainPs = 5_000_000;

    private readonly ArmedFault _fault;
    private readonly FaultyHostPort _port;
    private readonly IScheduler _scheduler;
    private readonly ITimer _timer;
    private readonly string _verb;
    private readonly string _vectors;
    private readonly long _byPs;
    private readonly Queue<(int Vector, MsixMessage Message, long DuePs)> _late = new();

    public InterruptFault(ArmedFault fault, FaultyHostPort port, IScheduler scheduler, IHostPort next)
        : base(next)
    {
        (_fault, _port, _scheduler) = (fault, port, scheduler);
        _verb = fault.Specification.Definition.Verb;
        _vectors = fault.Specification.Word("vector");
        _byPs = _verb == "delay" ? fault.Specification.TimePs("by") : _verb == "duplicate" ? AgainPs : FlushPs;
        _timer = scheduler.CreateTimer("fault." + fault.Specification.Definition.Name, OnTimer);
    }

    public override BusStatus Interrupt(int vector, in MsixMessage message)
    {
        if (!Concerns(vector) || !_fault.Strikes(_port.Current))
        {
            BusStatus status = Next.Interrupt(vector, message);
            if (_verb == "reorder")
            {
                Flush();
            }

            return status;
        }

        switch (_verb)
        {
            case "drop":
                return BusStatus.Ok;
            case "corrupt":
                // One bit of the data, which picks the vector.
                return Next.Interrupt(vector, message with { Data = message.Data ^ (1u << _fault.Random.Next(4)) });
            default:
                _late.Enqueue((vector, message, _scheduler.NowPs + _byPs));
                _timer.ArmNoLaterThan(_scheduler.NowPs + _byPs);
                return _verb == "duplicate" ? Next.Interrupt(vector, message) : BusStatus.Ok;
        }
    }

    private bool Concerns(int vector) => _vectors switch
    {
        "event" => vector == NativeDevice.EventVector,
        "any" => true,
        // Vector 0 is the event queue's; the driver gives the transmit queues odd ones and the receive queues even ones.
        "tx" => vector % 2 == 1,
        _ => vector > 0 && vector % 2 == 0,
    };

    private void Flush()
    {
        while (_late.TryDequeue(out (int Vector, MsixMessage Message, long DuePs) late))
        {
            Next.Interrupt(late.Vector, late.Message);
        }

        _timer.Cancel();
    }

    private void OnTimer()
    {
        while (_late.TryPeek(out (int Vector, MsixMessage Message, long DuePs) late))
        {
            if (late.DuePs > _scheduler.NowPs)
            {
                _timer.ArmAt(late.DuePs);
                return;
            }

            _late.Dequeue();
            Next.Interrupt(late.Vector, late.Message);
        }
    }
}
