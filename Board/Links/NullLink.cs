using NicEmu.Spec.Seams;

namespace NicEmu.Board.Links;

/// <summary>A wire that swallows frames and counts them.</summary>
public sealed class NullLink : ILink
{
    /// <summary>Frames sent into it.</summary>
    public long Frames { get; private set; }

    /// <summary>Bytes of these frames, frame check sequences not counted.</summary>
    public long Bytes { get; private set; }

    /// <inheritdoc/>
    public bool IsUp => true;

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        Frames++;
        Bytes += headers.Length + payload.Length;
    }

    /// <summary>Nothing ever arrives; the handler is never called.</summary>
    /// <param name="handler">Ignored.</param>
    public void OnReceived(FrameHandler? handler)
    {
    }

    /// <summary>The wire is always up; the observer is never called.</summary>
    /// <param name="handler">Ignored.</param>
    public void OnStateChanged(Action<bool>? handler)
    {
    }
}
