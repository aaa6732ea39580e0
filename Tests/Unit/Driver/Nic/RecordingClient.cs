using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;

namespace NicEmu.Tests.Unit.Driver.Nic;

/// <summary>Writes down what a driver tells its client.</summary>
internal sealed class RecordingClient : INicClient
{
    public List<(int Queue, byte[] Frame, RxCompletion Completion)> Frames { get; } = [];

    public List<int> Room { get; } = [];

    public List<(TxStatus Status, TxOpcode Opcode, ulong Handle, byte[] Frame, int HeaderLength)> TxFailures { get; } = [];

    public List<bool> Links { get; } = [];

    public List<EventCode> Events { get; } = [];

    public List<NicError> Errors { get; } = [];

    public void OnFrame(int queue, ReadOnlySpan<byte> frame, in RxCompletion completion) => Frames.Add((queue, frame.ToArray(), completion));

    public void OnTxRoom(int queue) => Room.Add(queue);

    public void OnTxFailure(int queue, in TxFailure failure) => TxFailures.Add((failure.Status, failure.Opcode, failure.Handle, failure.Frame.ToArray(), failure.HeaderLength));

    public void OnLinkChanged(bool up) => Links.Add(up);

    public void OnEvent(in EventEntry entry) => Events.Add(entry.Code);

    public void OnFailed(NicError error) => Errors.Add(error);
}
