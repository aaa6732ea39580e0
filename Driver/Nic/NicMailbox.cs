using System.Buffers.Binary;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Driver.Nic;

/// <summary>Commands to firmware: queued here, one at a time in the card, ended by an event or by time.</summary>
internal sealed class NicMailbox
{
    private readonly NicRegisters _registers;
    private readonly IScheduler _scheduler;
    private readonly long _timeoutPs;
    private readonly Action _onGone;
    private readonly Action _onTimeout;
    private readonly ITimer _timer;
    private readonly Queue<MailboxCommand> _waiting = new();
    private MailboxCommand? _running;
    private MailboxCommand? _abandoned;
    private bool _closed;

    public NicMailbox(NicRegisters registers, IScheduler scheduler, string name, long timeoutPs, Action onGone, Action onTimeout)
    {
        (_registers, _scheduler, _timeoutPs, _onGone, _onTimeout) = (registers, scheduler, timeoutPs, onGone, onTimeout);
        _timer = scheduler.CreateTimer(name + ".mailbox", OnTimeout);
    }

    /// <summary>Commands that were given up, and whose late answers were thrown away.</summary>
    public long TimedOut { get; private set; }

    /// <summary>Answers that came after their command was given up.</summary>
    public long LateAnswers { get; private set; }

    /// <summary>Begins anew, on a card that was reset.</summary>
    public void Open() => _closed = false;

    public void Submit(MailboxCommand command)
    {
        if (_closed)
        {
            command.WipeSecrets();
            command.Finish(default);
            return;
        }

        _waiting.Enqueue(command);
        IssueNext();
    }

    /// <summary>Looks at the mailbox; called for its event.</summary>
    public void Poll()
    {
        if (_closed || (_running is null && _abandoned is null)) return;
        MailboxBlock map = NativeMap.Mailbox;
        uint status = _registers.Read(map, map.Status);
        if (status == NicRegisters.Gone)
        {
            _onGone();
            return;
        }

        if (map.Done.Extract(status) == 0) return;
        MailboxResult result = Collect(status);
        if (_abandoned is { } late)
        {
            LateAnswers++;
            _abandoned = null;
            if (result.Ok && late.IsCreation) Submit(new(late.Undo, Bytes(result.Handle), null));
        }
        else
        {
            MailboxCommand ended = _running!;
            _running = null;
            _timer.Cancel();
            if (!result.Ok) ClearStage(ended);
            ended.Finish(result);
        }

        IssueNext();
    }

    /// <summary>Ends every command without an answer; the mailbox is not used again.</summary>
    public void Close()
    {
        if (_closed) return;
        _closed = true;
        _timer.Cancel();
        MailboxCommand? running = _running;
        (_running, _abandoned) = (null, null);
        running?.Finish(default);
        while (_waiting.TryDequeue(out MailboxCommand? command))
        {
            command.WipeSecrets();
            command.Finish(default);
        }
    }

    internal static byte[] Bytes(ulong handle)
    {
        var request = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(request, handle);
        return request;
    }

    private void IssueNext()
    {
        if (_closed || _running is not null || !_waiting.TryPeek(out MailboxCommand? command)) return;
        if (_abandoned is not null)
        {
            // The card still works on the command that was given up; the next one's patience starts now.
            if (_timer.DeadlinePs is null) _timer.ArmAt(_scheduler.NowPs + _timeoutPs);
            return;
        }

        _waiting.Dequeue();
        _running = command;
        Stage(command);
        for (int i = 0; i < command.Request.Length; i += 4)
        {
            _registers.WriteWord(NativeDevice.RegisterBar, MailboxBlock.RequestOffset + (uint)i, BinaryPrimitives.ReadUInt32LittleEndian(command.Request.AsSpan(i)));
        }

        MailboxBlock map = NativeMap.Mailbox;
        uint control = map.Go.Mask | map.Interrupt.Mask | map.Length.Insert(0, (uint)command.Request.Length) | map.Opcode.Insert(0, (uint)command.Opcode);
        _registers.Write(map, map.Control, control);
        _timer.ArmAt(_scheduler.NowPs + _timeoutPs);
    }

    private void Stage(MailboxCommand command)
    {
        if (command.Key.Length == 0 && command.Iv.Length == 0) return;
        KeyStageBlock map = NativeMap.KeyStage;
        _registers.Write(map, map.Control, map.Clear.Mask);
        for (int i = 0; i < command.Key.Length; i += 4)
        {
            _registers.Write(map, map.Key[i / 4], BinaryPrimitives.ReadUInt32LittleEndian(command.Key.AsSpan(i)));
        }

        for (int i = 0; i < command.Iv.Length; i += 4)
        {
            _registers.Write(map, map.Iv[i / 4], BinaryPrimitives.ReadUInt32LittleEndian(command.Iv.AsSpan(i)));
        }

        command.WipeSecrets();
    }

    /// <summary>A command that failed may have left key or IV where the next one would find them.</summary>
    private void ClearStage(MailboxCommand command)
    {
        if (command.Key.Length + command.Iv.Length > 0) _registers.Write(NativeMap.KeyStage, NativeMap.KeyStage.Control, NativeMap.KeyStage.Clear.Mask);
    }

    private MailboxResult Collect(uint status)
    {
        MailboxBlock map = NativeMap.Mailbox;
        ulong handle = 0;
        if (map.ReplyBytes.Extract(_registers.Read(map, map.ReplyLength)) >= 8)
        {
            handle = _registers.ReadWord(NativeDevice.RegisterBar, MailboxBlock.ReplyOffset)
                | ((ulong)_registers.ReadWord(NativeDevice.RegisterBar, MailboxBlock.ReplyOffset + 4) << 32);
        }

        _registers.Write(map, map.Status, map.Done.Mask);
        return new((MailboxStatus)map.Error.Extract(status), true, handle);
    }

    private void OnTimeout()
    {
        // An event may have been lost: look before giving up.
        Poll();
        if (_closed || _timer.DeadlinePs is not null) return;
        MailboxCommand? ended = _running;
        if (ended is not null)
        {
            (_running, _abandoned) = (null, ended);
        }
        else if (_abandoned is not null && _waiting.TryDequeue(out ended))
        {
            ended.WipeSecrets();
        }

        if (ended is null) return;
        TimedOut++;
        ended.Finish(default);
        IssueNext();
        // The card may have lost more than one answer.
        if (!_closed) _onTimeout();
    }
}
