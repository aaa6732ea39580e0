using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Peer;

/// <summary>The connection that a case wants.</summary>
public sealed record FlowPlan
{
    /// <summary>TLS version.</summary>
    public TlsVersion Version { get; init; } = TlsVersion.Tls13;

    /// <summary>Record protection.</summary>
    public TlsCipher Cipher { get; init; } = TlsCipher.Aes128Gcm;

    /// <summary>Whether sending gets a key.</summary>
    public bool Tx { get; init; } = true;

    /// <summary>Whether receiving gets a key.</summary>
    public bool Rx { get; init; } = true;

    /// <summary>Number of the first record sent.</summary>
    public ulong TxRecordNumber { get; init; }

    /// <summary>Number of the first record received.</summary>
    public ulong RxRecordNumber { get; init; }

    /// <summary>First TCP sequence number of the machine; null for any.</summary>
    public uint? InitialSequence { get; init; }

    /// <summary>Bytes that the machine sends in clear before the key is set.</summary>
    public int PlainBytes { get; init; }

    /// <summary>TCP port of the peer.</summary>
    public ushort PeerPort { get; init; } = 4433;

    /// <summary>TCP port of the machine; 0 for any.</summary>
    public ushort LocalPort { get; init; }

    /// <summary>Bytes that the machine's socket holds until they are acknowledged; 0 for the default.</summary>
    public int SendBufferBytes { get; init; }

    /// <summary>Label that keys are drawn with: two connections of a case need two.</summary>
    public string Label { get; init; } = "flow";

    /// <summary>Whether the case needs the card to have the key, and is skipped or failed without.</summary>
    public bool MustOffload { get; init; } = true;
}
