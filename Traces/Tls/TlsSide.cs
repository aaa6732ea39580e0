namespace NicEmu.Traces.Tls;

/// <summary>Who sent a record.</summary>
public enum TlsSide
{
    /// <summary>The end that sent the ClientHello.</summary>
    Client = 1,

    /// <summary>The other end.</summary>
    Server = 2,
}
