namespace NicEmu.Traces.Tls;

/// <summary>Where the reading of one direction stands.</summary>
internal sealed class DirectionState(TlsSide side)
{
    /// <summary>Longest handshake message that is put together, in bytes; a Certificate message may be long, a hostile one says 16 MiB.</summary>
    public const int MaxMessage = 1 << 20;

    public TlsSide Side => side;

    /// <summary>Phase of the keys.</summary>
    public TlsEpoch Epoch { get; set; }

    /// <summary>The key in force; null in the clear or when its secret is not known.</summary>
    public TlsRecordKey? Key { get; set; }

    /// <summary>Name of the secret that the phase needs.</summary>
    public string SecretName { get; set; } = string.Empty;

    /// <summary>Number of the next record under the key.</summary>
    public ulong Number { get; set; }

    /// <summary>Key updates so far.</summary>
    public int Updates { get; set; }

    /// <summary>Bytes of handshake messages not yet complete.</summary>
    public List<byte> Handshake { get; } = [];

    /// <summary>Puts another key in force; its records count from 0 (RFC 8446 §5.3, RFC 5246 §6.1).</summary>
    public void Switch(TlsEpoch epoch, string secretName, TlsRecordKey? key)
    {
        (Epoch, SecretName, Key, Number) = (epoch, secretName, key, 0);
        Handshake.Clear();
    }
}
