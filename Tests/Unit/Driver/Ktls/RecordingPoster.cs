using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;

namespace NicEmu.Tests.Unit.Driver.Ktls;

/// <summary>Writes down descriptors as text, and keeps the frames.</summary>
internal sealed class RecordingPoster : ITlsPoster
{
    public List<string> Log { get; } = [];

    public List<PositionDescriptor> Positions { get; } = [];

    public List<byte[]> Replays { get; } = [];

    public List<(byte[] Headers, byte[] Payload, TxOffloads Offloads, int Mss)> Frames { get; } = [];

    public List<RangeDescriptor> Ranges { get; } = [];

    public List<SetContextDescriptor> Contexts { get; } = [];

    public List<SetProgressDescriptor> Progresses { get; } = [];

    /// <summary>Descriptors that fit.</summary>
    public int Space { get; set; } = int.MaxValue;

    public bool HasSpace(int descriptors, int bytes) => descriptors <= Space;

    public int DescriptorsFor(int payloadLength, int pieces = 1) => 2;

    public void PostSetContext(in SetContextDescriptor context)
    {
        Log.Add($"SET_CONTEXT {context.RecordNumber}");
        Contexts.Add(context);
    }

    public void PostSetProgress(in SetProgressDescriptor progress)
    {
        Log.Add("SET_PROGRESS");
        Progresses.Add(progress);
    }

    public void PostFence() => Log.Add("FENCE");

    public void PostRange(in RangeDescriptor range)
    {
        Log.Add($"RANGE {range.RecordNumber} {range.Offset}+{range.Length}{(range.Skip > 0 ? $" skip {range.Skip}" : "")}");
        Ranges.Add(range);
    }

    public void PostPosition(in PositionDescriptor position)
    {
        Log.Add($"POSITION {position.RecordNumber}{((position.Flags & TxFlags.Advance) != 0 ? " ADVANCE" : "")}");
        Positions.Add(position);
    }

    public void PostReplay(ulong handle, TxBytes plaintext)
    {
        Log.Add($"REPLAY {plaintext.Length}");
        Replays.Add(plaintext.ToArray());
    }

    public void PostData(in TxFrame frame)
    {
        Log.Add($"DATA {frame.Payload.Length}{((frame.Offloads & TxOffloads.Tls) != 0 ? " TLS" : "")}");
        Frames.Add((frame.Headers.ToArray(), frame.Payload.ToArray(), frame.Offloads, frame.Mss));
    }
}
