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

    public void PostPosition(in PositionDescriptor position)
    {
        Log.Add($"POSITION {position.RecordNumber}{((position.Flags & TxFlags.Advance) != 0 ? " ADVANCE" : "")}");
        Positions.Add(position);
    }

    public void PostReplay(ulong handle, ReadOnlySpan<byte> plaintext)
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
