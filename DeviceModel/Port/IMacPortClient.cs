namespace NicEmu.DeviceModel.Port;

/// <summary>What a port calls on its owner.</summary>
internal interface IMacPortClient
{
    /// <summary>A frame came in while the port is up.</summary>
    /// <param name="frame">The frame, valid during the call.</param>
    void FrameReceived(ReadOnlySpan<byte> frame);

    /// <summary>There is room again for a chain of any length.</summary>
    void RoomAvailable();

    /// <summary>The port came up or went down.</summary>
    /// <param name="up">The new state.</param>
    void LinkChanged(bool up);

    /// <summary>A chain with a TLS context was about to leave without having been encrypted; it was discarded.</summary>
    /// <param name="handle">The context.</param>
    void PlaintextStopped(ulong handle);
}
