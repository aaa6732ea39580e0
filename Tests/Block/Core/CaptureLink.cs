using NicEmu.Spec.Seams;

namespace NicEmu.Tests.Block.Core;

/// <summary>A wire that keeps what was sent and lets the test put frames in.</summary>
internal sealed class CaptureLink : ILink
{
    private FrameHandler? _received;
    private Action<bool>? _stateChanged;

    /// <summary>Frames sent, each in one piece.</summary>
    public List<byte[]> Sent { get; } = [];

    /// <summary>Whether frames are kept; else they are only counted.</summary>
    public bool Keep { get; set; } = true;

    /// <summary>Frames sent.</summary>
    public int Count { get; private set; }

    public bool IsUp { get; private set; } = true;

    public void Send(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        Count++;
        if (Keep)
        {
            Sent.Add([.. headers, .. payload]);
        }
    }

    public void OnReceived(FrameHandler? handler) => _received = handler;

    public void OnStateChanged(Action<bool>? handler) => _stateChanged = handler;

    public void SetUp(bool up)
    {
        IsUp = up;
        _stateChanged?.Invoke(up);
    }

    public void Inject(ReadOnlySpan<byte> frame) => _received?.Invoke(frame);
}
