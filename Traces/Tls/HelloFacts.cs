namespace NicEmu.Traces.Tls;

/// <summary>What the hello messages agree on, as far as a reader of the trace needs it.</summary>
internal sealed class HelloFacts
{
    public byte[] ClientRandom { get; set; } = [];

    public byte[] ServerRandom { get; set; } = [];

    /// <summary>From supported_versions of the ServerHello; 0 without.</summary>
    public ushort SelectedVersion { get; set; }

    /// <summary>Version in the ServerHello's own field; 0 before it.</summary>
    public ushort LegacyVersion { get; set; }

    public ushort Suite { get; set; }

    public string? ServerName { get; set; }

    public string? Group { get; set; }

    public string? Protocol { get; set; }

    public bool OffersEarlyData { get; set; }

    public bool HasServerHello => LegacyVersion != 0;

    public ushort Version => SelectedVersion != 0 ? SelectedVersion : LegacyVersion;
}
