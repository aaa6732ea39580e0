using NicEmu.Conformance.Sanitizer.Rules;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>One card with its driver, as the event stream shows them.</summary>
internal sealed class DeviceWatch
{
    private const ulong CommandOffset = 0x04;
    private const uint BusMasterEnable = 0x0004;

    private readonly FindingLog _log;
    private readonly SharedWatch _shared;
    private readonly RegisterShadow _registers = new();
    private readonly AccessWatch _access;
    private readonly VectorWatch _vectors;
    private readonly MailboxWatch _mailbox;
    private readonly TlsWatch _tls;
    private readonly QueueSet _queues;
    private readonly EventHistory _history = new();
    private bool _isBusMaster;
    private bool _isAborted;

    public DeviceWatch(int device, SharedWatch shared, SanitizerOptions options, FindingLog log)
    {
        (_log, _shared) = (log, shared);
        _access = new AccessWatch(log);
        _vectors = new VectorWatch(log);
        _tls = new TlsWatch(shared, log);
        _mailbox = new MailboxWatch(_tls, log);
        _queues = new QueueSet(device, _registers, _vectors, _tls, options, log);
    }

    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        switch (e.Kind)
        {
            case TraceEventKind.ConfigRead:
                _vectors.ConfigRead(e);
                break;
            case TraceEventKind.ConfigWrite:
                _vectors.ConfigWritten(e);
                CommandWritten(e);
                break;
            case TraceEventKind.MmioRead:
                Read(e);
                break;
            case TraceEventKind.MmioWrite:
                Written(e);
                break;
            case TraceEventKind.DmaRead or TraceEventKind.DmaWrite:
                Transferred(e, data);
                break;
            case TraceEventKind.InterruptRaised:
                _vectors.Raised(e);
                _queues.Fired(e);
                break;
            case TraceEventKind.MailboxCommand:
                _mailbox.Ended(e);
                break;
            case TraceEventKind.Completion:
                _queues.Completed(e);
                break;
            case TraceEventKind.GuestError:
                Refused(e);
                break;
            case TraceEventKind.Reset:
                Reset(e);
                break;
            default:
                OnTraffic(e, data);
                break;
        }
    }

    public void Finish(long nowPs)
    {
        _queues.Finish(nowPs);
        _tls.Finish(nowPs);
    }

    private void OnTraffic(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        switch (e.Kind)
        {
            case TraceEventKind.HostFrameSent:
                _tls.HistoryOf(e.Handle)?.Add(e);
                _queues.Gathered(e, data);
                break;
            case TraceEventKind.FrameSent:
                _tls.HistoryOf(e.Handle)?.Add(e);
                _tls.Left(e, data);
                break;
            case TraceEventKind.FrameReceived:
                _tls.Came(e, data);
                break;
            case TraceEventKind.ContextInstalled:
                _tls.Installed(e);
                _tls.HistoryOf(e.Handle)?.Add(e);
                break;
            case TraceEventKind.ContextRemoved:
                _tls.HistoryOf(e.Handle)?.Add(e);
                _tls.Removed(e.Handle);
                break;
            case TraceEventKind.RecordProtected:
                _tls.Protected(e);
                break;
            case TraceEventKind.RecordOpened:
                _tls.Opened(e);
                break;
            case TraceEventKind.ResyncStep:
                _tls.Moved(e);
                break;
            case TraceEventKind.NetworkEvent when e.Code == (int)NetworkAction.Corrupted:
                _shared.HasCorruption = true;
                break;
        }
    }

    private void CommandWritten(in TraceEvent e)
    {
        if (e.Address != CommandOffset || e.Length < 2)
        {
            return;
        }

        _history.Add(e);
        bool was = _isBusMaster;
        _isBusMaster = (e.Value & BusMasterEnable) != 0;
        if (!was || _isBusMaster || _access.IsGone)
        {
            return;
        }

        if (_queues.Enabled is { Length: > 0 } enabled)
        {
            _log.Report(LifecycleRules.UnbindQueues, "function", $"Still enabled: {enabled}.", _history);
        }

        List<ulong> left = [.. _tls.Live];
        if (left.Count > 0)
        {
            _log.Report(LifecycleRules.UnbindObjects, "function", $"{left.Count} objects are alive, the first is 0x{left[0]:X16}.", _history);
        }
    }

    private void Read(in TraceEvent e)
    {
        _access.Read(e);
        if (e.Index == NativeDevice.RegisterBar && e.Address == NativeMap.Mailbox.OffsetOf(NativeMap.Mailbox.Status))
        {
            _mailbox.StatusRead();
        }
    }

    private void Written(in TraceEvent e)
    {
        _access.Written(e);
        if (e.Index == NativeDevice.MsixBar)
        {
            _vectors.TableWritten(e);
            return;
        }

        if (e.Index == NativeDevice.RegisterBar && e.Address is >= MailboxBlock.RequestOffset and < MailboxBlock.RequestOffset + MailboxBlock.AreaLength)
        {
            _mailbox.RequestWritten(e);
            return;
        }

        if (RegisterPlaces.Find(e.Index, e.Address) is not { } place)
        {
            return;
        }

        if (place.Block == NativeMap.KeyStage)
        {
            _mailbox.Staged(place.Register != NativeMap.KeyStage.Control);
        }
        else if (place.Block == NativeMap.Mailbox && place.Register == NativeMap.Mailbox.Control)
        {
            _mailbox.ControlWritten(e);
        }

        _queues.Written(e, place);
    }

    private void Transferred(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        var status = (BusStatus)e.Code;
        _isAborted = status == BusStatus.Aborted;
        if (status == BusStatus.Unmapped)
        {
            _history.Add(e);
            _log.Report(RingRules.DmaUnmapped, $"0x{e.Address:X}", $"A {(e.Kind == TraceEventKind.DmaRead ? "read" : "write")} of {e.Length} bytes at 0x{e.Address:X} hit memory that is not mapped.", _history);
        }
        else if (status == BusStatus.Ok)
        {
            if (e.Kind == TraceEventKind.DmaRead)
            {
                _queues.MemoryRead(e, data);
            }
            else
            {
                _queues.MemoryWritten(e, data, this);
            }
        }
    }

    /// <summary>The card queued an event.</summary>
    /// <param name="entry">The event.</param>
    public void Told(in EventEntry entry)
    {
        string subject = entry.Handle != 0 ? $"handle 0x{entry.Handle:X16}" : "card";
        (SanitizerRule? rule, string what) = entry.Code switch
        {
            EventCode.ResyncStuck => (KeyRules.ResyncStuck, $"The candidate at TCP sequence number 0x{entry.Data:X8} was given up."),
            EventCode.InvariantTrap => (LifecycleRules.Trap, $"TRAP_STATUS 0x{entry.Data:X}."),
            EventCode.FirmwareChanged when entry.Data == (uint)FirmwareState.Failed => (LifecycleRules.FirmwareFailed, "FW_STATUS says failed."),
            EventCode.SlotRetired => (LifecycleRules.SlotRetired, "The slot's generations are used up."),
            EventCode.QueueError when entry.Data is (uint)QueueError.RingFault or (uint)QueueError.CompletionFault && !_isAborted =>
                (RingRules.QueueStopped, $"Queue {entry.Queue} stopped: {(QueueError)entry.Data}."),
            _ => (null, string.Empty),
        };
        if (rule is not null)
        {
            _log.Report(rule, subject, what, _tls.HistoryOf(entry.Handle) ?? _history);
        }
    }

    /// <summary>A receive completion asked for an answer.</summary>
    /// <param name="completion">The completion.</param>
    /// <param name="nowPs">Time.</param>
    public void Asked(in RxCompletion completion, long nowPs) => _tls.Requested(completion.Handle, completion.CandidateSequence, nowPs);

    private void Refused(in TraceEvent e)
    {
        _history.Add(e);
        if ((GuestErrorCode)e.Code == GuestErrorCode.DmaFault && _isAborted)
        {
            // The bus failed, or the card is gone: not the driver's doing.
            return;
        }

        if (RefusalRules.Of(e, _queues) is { } rule)
        {
            _log.Report(rule, RefusalRules.Subject(e, _queues), $"{e.Text}: address 0x{e.Address:X}, value 0x{e.Value:X}.", RefusalRules.IsOfMailbox(e) ? _mailbox.History : _history);
        }
    }

    private void Reset(in TraceEvent e)
    {
        _history.Add(e);
        _mailbox.Reset();
        _tls.Reset((ushort)e.Value);
        _queues.Reset();
        bool isDriver = e.Code == (int)ResetKind.Driver;
        _registers.Clear(isDriver);
        if (!isDriver)
        {
            _vectors.Reset();
            _isBusMaster = false;
        }
    }
}
