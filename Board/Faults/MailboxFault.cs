using System.Buffers.Binary;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Faults;

/// <summary>A mailbox command starts late, never, or is refused. What stands in between reads as the registers would then.</summary>
internal sealed class MailboxFault : FunctionFault
{
    private readonly ArmedFault _fault;
    private readonly IScheduler _scheduler;
    private readonly ITimer _timer;
    private readonly string _verb;
    private readonly uint _status;
    private byte[]? _held;
    private bool _refusing;

    public MailboxFault(ArmedFault fault, IScheduler scheduler, IPciFunction next)
        : base(next)
    {
        (_fault, _scheduler) = (fault, scheduler);
        _verb = fault.Specification.Definition.Verb;
        _timer = scheduler.CreateTimer("fault." + fault.Specification.Definition.Name, Release);
        _status = _verb == "refuse" ? (uint)Statuses[fault.Specification.Word("status")] : 0;
    }

    /// <summary>Statuses by their words.</summary>
    public static IReadOnlyDictionary<string, MailboxStatus> Statuses { get; } = new Dictionary<string, MailboxStatus>
    {
        ["table-full"] = MailboxStatus.TableFull,
        ["busy"] = MailboxStatus.Busy,
        ["unsupported"] = MailboxStatus.Unsupported,
        ["bad-parameter"] = MailboxStatus.BadParameter,
        ["bad-state"] = MailboxStatus.BadState,
        ["not-ready"] = MailboxStatus.NotReady,
        ["duplicate"] = MailboxStatus.Duplicate,
    };

    private static MailboxBlock Map => NativeMap.Mailbox;

    public override void BarWrite(int bar, ulong offset, ReadOnlySpan<byte> data)
    {
        bool isStart = bar == NativeDevice.RegisterBar && data.Length == 4 && offset == Map.OffsetOf(Map.Control)
            && Map.Go.Extract(BinaryPrimitives.ReadUInt32LittleEndian(data)) != 0;
        if (bar == NativeDevice.RegisterBar && offset == NativeMap.Device.OffsetOf(NativeMap.Device.Control) && data.Length == 4
            && NativeMap.Device.Reset.Extract(BinaryPrimitives.ReadUInt32LittleEndian(data)) != 0)
        {
            Forget();
        }

        if (!isStart || _held is not null)
        {
            Next.BarWrite(bar, offset, data);
            return;
        }

        _refusing = false;
        if (!_fault.Strikes())
        {
            Next.BarWrite(bar, offset, data);
            return;
        }

        switch (_verb)
        {
            case "refuse":
                Refuse(offset, data);
                break;
            case "lose":
                _held = data.ToArray();
                break;
            default:
                _held = data.ToArray();
                _timer.ArmAt(_scheduler.NowPs + _fault.Specification.TimePs("by"));
                break;
        }
    }

    public override void BarRead(int bar, ulong offset, Span<byte> data)
    {
        Next.BarRead(bar, offset, data);
        if (bar != NativeDevice.RegisterBar || data.Length != 4)
        {
            return;
        }

        uint value = BinaryPrimitives.ReadUInt32LittleEndian(data);
        if (offset == Map.OffsetOf(Map.Status) && value != uint.MaxValue && (_held is not null || _refusing))
        {
            value = _held is not null ? Map.Busy.Mask : Map.Done.Extract(value) != 0 ? Map.Error.Insert(value, _status) : value;
            BinaryPrimitives.WriteUInt32LittleEndian(data, value);
        }
        else if (offset == Map.OffsetOf(Map.ReplyLength) && _refusing && value != uint.MaxValue)
        {
            data.Clear();
        }
    }

    public override void Reset(ResetKind kind)
    {
        Forget();
        Next.Reset(kind);
    }

    // A command that changes nothing runs in its place, so that DONE and the event come as they would; its outcome is rewritten when it is read.
    private void Refuse(ulong offset, ReadOnlySpan<byte> data)
    {
        _refusing = true;
        uint control = BinaryPrimitives.ReadUInt32LittleEndian(data);
        control = Map.Length.Insert(Map.Opcode.Insert(control, (uint)MailboxOpcode.QueryFirmware), 0);
        Span<byte> harmless = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(harmless, control);
        Next.BarWrite(NativeDevice.RegisterBar, offset, harmless);
    }

    private void Release()
    {
        if (_held is { } held)
        {
            _held = null;
            Next.BarWrite(NativeDevice.RegisterBar, Map.OffsetOf(Map.Control), held);
        }
    }

    private void Forget()
    {
        _held = null;
        _refusing = false;
        _timer.Cancel();
    }
}
