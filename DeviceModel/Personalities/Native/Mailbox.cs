using NicEmu.DeviceModel.Registers;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>The hardware of the mailbox: takes a command of the driver, shows it on the internal bus, and reports its end.</summary>
internal sealed class Mailbox
{
    private readonly NativeRegisters _registers;
    private readonly TraceSource _trace;
    private readonly Action _notify;
    private readonly Action<EventCode, uint> _raise;

    /// <summary>Connects the mailbox.</summary>
    /// <param name="registers">The registers.</param>
    /// <param name="trace">Where commands are reported.</param>
    /// <param name="notify">Raises the mailbox line of the embedded core.</param>
    /// <param name="raise">Queues an event with its data.</param>
    public Mailbox(NativeRegisters registers, TraceSource trace, Action notify, Action<EventCode, uint> raise)
    {
        _registers = registers;
        _trace = trace;
        _notify = notify;
        _raise = raise;
        registers.Mailbox.OnWrite(NativeMap.Mailbox.Control, OnControl);
        registers.Internal.OnWrite(NativeMap.Internal.MailboxFinish, OnFinish);
    }

    private bool IsBusy => _registers.Mailbox[NativeMap.Mailbox.Busy] != 0;

    /// <summary>Ends a command that firmware can no longer end.</summary>
    public void Abort()
    {
        if (IsBusy)
        {
            Finish(MailboxStatus.NotReady, 0);
        }
    }

    private void OnControl(int instance, uint before, uint after)
    {
        MailboxBlock block = NativeMap.Mailbox;
        if (block.Go.Extract(after) == 0)
        {
            return;
        }

        RegisterFile mailbox = _registers.Mailbox;
        mailbox[block.Go] = 0;
        if (IsBusy)
        {
            _trace.GuestError(GuestErrorCode.Mailbox, "GO while BUSY", block.OffsetOf(block.Control), after);
            return;
        }

        uint length = block.Length.Extract(after);
        mailbox[block.Done] = 0;
        mailbox[block.Error] = 0;
        mailbox[block.ReplyBytes] = 0;
        mailbox[block.Busy] = 1;
        _registers.Reply.Clear();
        InternalBlock inside = NativeMap.Internal;
        _registers.Internal[inside.Opcode] = block.Opcode.Extract(after);
        _registers.Internal[inside.RequestLength] = length;
        _registers.Internal.SetPair(inside.MailboxHandle, 0);
        if (_registers.Internal[inside.State] != (uint)FirmwareState.Ready)
        {
            Finish(MailboxStatus.NotReady, 0);
        }
        else if (length > MailboxBlock.AreaLength)
        {
            Finish(MailboxStatus.BadLength, 0);
        }
        else
        {
            _registers.Internal[inside.Pending] = 1;
            _notify();
        }
    }

    private void OnFinish(int instance, uint before, uint after)
    {
        if (_registers.Internal[NativeMap.Internal.Pending] != 0)
        {
            uint reply = Math.Min(NativeMap.Internal.ReplyLength.Extract(after), MailboxBlock.AreaLength);
            Finish((MailboxStatus)NativeMap.Internal.FinishStatus.Extract(after), reply);
        }
    }

    private void Finish(MailboxStatus status, uint replyLength)
    {
        MailboxBlock block = NativeMap.Mailbox;
        InternalBlock inside = NativeMap.Internal;
        uint opcode = _registers.Internal[inside.Opcode];
        _registers.Internal[inside.Pending] = 0;
        _registers.Request.Clear();
        _registers.Mailbox[block.ReplyBytes] = replyLength;
        _registers.Mailbox[block.Error] = (uint)status;
        _registers.Mailbox[block.Busy] = 0;
        _registers.Mailbox[block.Done] = 1;
        _trace.Emit(new TraceEvent
        {
            Kind = TraceEventKind.MailboxCommand,
            Code = (int)opcode,
            Value = (ulong)status,
            Handle = _registers.Internal.GetPair(inside.MailboxHandle),
        });
        switch (status)
        {
            case MailboxStatus.BadOpcode or MailboxStatus.BadLength or MailboxStatus.BadParameter or MailboxStatus.NoKeyStaged:
                _trace.GuestError(GuestErrorCode.Mailbox, "malformed command", opcode, (ulong)status);
                break;
            case MailboxStatus.BadHandle or MailboxStatus.StaleHandle:
                _trace.GuestError(GuestErrorCode.StaleHandle, "mailbox command", opcode, (ulong)status, handle: _registers.Internal.GetPair(inside.MailboxHandle));
                break;
        }

        if (_registers.Mailbox[block.Interrupt] != 0)
        {
            _raise(EventCode.MailboxDone, opcode);
        }
    }
}
