using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Scenarios.Text;

/// <summary>Words of scenario files that are also words of the command line.</summary>
internal static class ScenarioWords
{
    public static Dictionary<string, TlsCipher> Ciphers { get; } = new()
    {
        ["aes-128-gcm"] = TlsCipher.Aes128Gcm,
        ["aes-256-gcm"] = TlsCipher.Aes256Gcm,
        ["chacha20-poly1305"] = TlsCipher.ChaCha20Poly1305,
    };

    public static Dictionary<string, TxStrategy> Strategies { get; } = new()
    {
        ["reposition"] = TxStrategy.Reposition,
        ["rebuild"] = TxStrategy.Rebuild,
        ["range"] = TxStrategy.Range,
        ["next-record"] = TxStrategy.NextRecord,
    };
}
