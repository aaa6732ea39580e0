namespace NicEmu.Driver.Ktls;

/// <summary>How a key update ended.</summary>
internal enum RekeyOutcome
{
    /// <summary>As the connection was protected before.</summary>
    Ok,

    /// <summary>In software, though the connection was in the card.</summary>
    Fallback,

    /// <summary>The connection ended first.</summary>
    Aborted,
}
