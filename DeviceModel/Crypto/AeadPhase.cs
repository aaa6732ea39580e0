namespace NicEmu.DeviceModel.Crypto;

/// <summary>What may be done next with an <see cref="AeadState"/>.</summary>
internal enum AeadPhase : byte
{
    /// <summary>Never begun: the value of a fresh structure.</summary>
    Idle = 0,

    /// <summary>Payload may follow, or the tag.</summary>
    Payload = 1,

    /// <summary>The tag was computed; only a new record can follow.</summary>
    Finished = 2,
}
