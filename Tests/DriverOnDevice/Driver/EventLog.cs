using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;

namespace NicEmu.Tests.DriverOnDevice.Driver;

/// <summary>Keeps what a test asserts about from the event stream.</summary>
internal sealed class EventLog : ITraceSink
{
    public List<string> GuestErrors { get; } = [];

    public List<string> FailedCompletions { get; } = [];

    /// <summary>Frames that the card put on the wire.</summary>
    public List<byte[]> Sent { get; } = [];

    /// <summary>Resync answers that the card had no use for any more, which may happen to an honest driver.</summary>
    public int StaleAnswers { get; private set; }

    public int ContextsInstalled { get; private set; }

    public int ContextsRemoved { get; private set; }

    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        switch (e.Kind)
        {
            case TraceEventKind.GuestError:
                GuestErrors.Add($"{(GuestErrorCode)e.Code} {e.Text} address 0x{e.Address:X} value 0x{e.Value:X} index {e.Index}");
                break;
            case TraceEventKind.Completion when (e.Flags & 1) == 0 && e.Code == (int)TxStatus.AnswerStale:
                StaleAnswers++;
                break;
            case TraceEventKind.Completion when (e.Flags & 1) != 0 && e.Code == (int)RxStatus.Flushed:
                // Buffers come back so when a queue is stopped.
                break;
            case TraceEventKind.Completion when e.Code != 0:
                FailedCompletions.Add($"queue {e.Index} status {e.Code} flags {e.Flags}");
                break;
            case TraceEventKind.FrameSent:
                Sent.Add(data.ToArray());
                break;
            case TraceEventKind.ContextInstalled:
                ContextsInstalled++;
                break;
            case TraceEventKind.ContextRemoved:
                ContextsRemoved++;
                break;
        }
    }
}
