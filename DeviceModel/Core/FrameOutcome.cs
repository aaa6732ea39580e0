namespace NicEmu.DeviceModel.Core;

/// <summary>What became of a frame of the card's own.</summary>
internal enum FrameOutcome
{
    /// <summary>It is in the port's queue.</summary>
    Queued,

    /// <summary>There is no room; <see cref="INicCoreClient.TxReady"/> follows.</summary>
    NoRoom,

    /// <summary>The port is down: the frame is lost.</summary>
    Lost,
}
