using System.Runtime.InteropServices;
using NicEmu.Conformance.Sanitizer.Rules;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Native.Mailbox;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>The mailbox: requests as they were written, and what became of them.</summary>
internal sealed class MailboxWatch(TlsWatch tls, FindingLog log)
{
    private const string Subject = "mailbox";

    private readonly byte[] _area = new byte[MailboxBlock.AreaLength];
    private readonly byte[] _request = new byte[MailboxBlock.AreaLength];
    private readonly EventHistory _history = new();
    private bool _isRunning;
    private bool _isUnread;
    private bool _isStaged;

    public EventHistory History => _history;

    /// <summary>The request area was written.</summary>
    public void RequestWritten(in TraceEvent e)
    {
        if (_isRunning)
        {
            _history.Add(e);
            log.Report(MmioRules.RequestOverwritten, Subject, $"Request byte {e.Address - MailboxBlock.RequestOffset} was written while a command runs.", _history);
        }

        for (int i = 0; i < e.Length; i++)
        {
            ulong at = e.Address - MailboxBlock.RequestOffset + (ulong)i;
            if (at < (ulong)_area.Length)
            {
                _area[at] = (byte)(e.Value >> (8 * i));
            }
        }
    }

    /// <summary>A word of key or IV was staged, or the area cleared.</summary>
    public void Staged(bool isSet) => _isStaged = isSet;

    public void StatusRead() => _isUnread = false;

    public void ControlWritten(in TraceEvent e)
    {
        MailboxBlock map = NativeMap.Mailbox;
        if (map.Go.Extract((uint)e.Value) == 0)
        {
            return;
        }

        _history.Add(e);
        if (_isRunning)
        {
            return;
        }

        if (_isUnread)
        {
            log.Report(MmioRules.ResultIgnored, Subject, "A command was started, and nobody had read MBOX_STAT since the last one ended.", _history);
        }

        var opcode = (MailboxOpcode)map.Opcode.Extract((uint)e.Value);
        _area.CopyTo(_request, 0);
        Array.Clear(_area);
        if (_isStaged && (IsDestroy(opcode) || opcode is MailboxOpcode.SetLink or MailboxOpcode.QueryFirmware))
        {
            log.Report(MmioRules.KeyLeftStaged, Subject, $"KEY_STAGE holds words that no command took, and {opcode} does not need them.", _history);
        }

        (_isRunning, _isUnread) = (true, false);
    }

    /// <summary>A command ended.</summary>
    public void Ended(in TraceEvent e)
    {
        _history.Add(e);
        (_isRunning, _isUnread) = (false, true);
        var opcode = (MailboxOpcode)e.Code;
        var status = (MailboxStatus)(byte)e.Value;
        _isStaged &= !TakesStage(opcode, status);
        if (status == MailboxStatus.Ok)
        {
            Succeeded(opcode, e);
            return;
        }

        if (status == MailboxStatus.Busy && (opcode is MailboxOpcode.TxDestroy or MailboxOpcode.RxDestroy))
        {
            // It goes with the last descriptor that names it; the driver is done with it.
            tls.Removed(e.Handle);
        }

        SanitizerRule? rule = status switch
        {
            MailboxStatus.StaleHandle when tls.IsOfOldEpoch(e.Handle) => LifecycleRules.OldEpoch,
            MailboxStatus.StaleHandle or MailboxStatus.BadHandle when IsDestroy(opcode) && tls.WasRemoved(e.Handle) => KeyRules.DoubleDestroy,
            MailboxStatus.BadHandle when tls.WasRemoved(e.Handle) => TlsRules.StaleHandle,
            _ => StatusRules.Of(status, opcode),
        };
        if (rule is not null)
        {
            log.Report(rule, e.Handle == 0 ? Subject : $"handle 0x{e.Handle:X16}", $"{opcode} ended with {status}.", _history);
        }
    }

    public void Reset()
    {
        if (_isRunning)
        {
            log.Report(LifecycleRules.ResetInFlight, Subject, "The function was reset while a command was running.", _history);
        }

        (_isRunning, _isUnread, _isStaged) = (false, false, false);
    }

    private static bool IsDestroy(MailboxOpcode opcode) => opcode is MailboxOpcode.KeyDestroy or MailboxOpcode.TxDestroy or MailboxOpcode.RxDestroy;

    /// <summary>Hardware takes key and IV before it looks for a slot; what firmware refuses leaves them where they are.</summary>
    private static bool TakesStage(MailboxOpcode opcode, MailboxStatus status) =>
        (opcode is MailboxOpcode.KeyCreate or MailboxOpcode.KeyRotate or MailboxOpcode.TxCreate or MailboxOpcode.RxCreate)
        && status is (MailboxStatus.Ok or MailboxStatus.TableFull or MailboxStatus.BadHandle or MailboxStatus.StaleHandle or MailboxStatus.Duplicate or MailboxStatus.BadState or MailboxStatus.Busy);

    private void Succeeded(MailboxOpcode opcode, in TraceEvent e)
    {
        switch (opcode)
        {
            case MailboxOpcode.KeyCreate:
                tls.KeyCreated(e.Handle);
                break;
            case MailboxOpcode.KeyRotate:
                tls.KeyRemoved(MemoryMarshal.Read<KeyCreateRequest>(_request).Handle);
                tls.KeyCreated(e.Handle);
                break;
            case MailboxOpcode.KeyDestroy:
                tls.KeyRemoved(e.Handle);
                break;
            case MailboxOpcode.TxCreate:
                tls.Keyed(e.Handle, MemoryMarshal.Read<TxCreateRequest>(_request).KeyHandle);
                break;
            case MailboxOpcode.RxCreate:
                tls.Steered(e.Handle, MemoryMarshal.Read<RxCreateRequest>(_request), e.TimePs);
                break;
            case MailboxOpcode.TxDestroy or MailboxOpcode.RxDestroy:
                tls.Removed(e.Handle);
                break;
            case MailboxOpcode.TxUpdate:
                tls.Updated(MemoryMarshal.Read<TxUpdateRequest>(_request));
                break;
        }
    }
}
