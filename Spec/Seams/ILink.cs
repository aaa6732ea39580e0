namespace NicEmu.Spec.Seams;

/// <summary>Handles one frame; the bytes are valid during the call.</summary>
/// <param name="frame">Ethernet frame without preamble and frame check sequence.</param>
public delegate void FrameHandler(ReadOnlySpan<byte> frame);

/// <summary>The wire that a MAC port is plugged into.</summary>
public interface ILink
{
    /// <summary>Whether the other end is present.</summary>
    bool IsUp { get; }

    /// <summary>Sends one frame, given in two parts so that one copy suffices.</summary>
    /// <param name="headers">First part, at least the Ethernet header.</param>
    /// <param name="payload">Second part, may be empty.</param>
    void Send(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload);

    /// <summary>Sets the receiver of frames that arrive; null drops them.</summary>
    /// <param name="handler">Called as an event of its own, never inside <see cref="Send"/>.</param>
    void OnReceived(FrameHandler? handler);

    /// <summary>Sets the observer of <see cref="IsUp"/>.</summary>
    /// <param name="handler">Called with the new state.</param>
    void OnStateChanged(Action<bool>? handler);
}
