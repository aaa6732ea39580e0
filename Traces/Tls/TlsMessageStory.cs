namespace NicEmu.Traces.Tls;

/// <summary>A handshake message, alert or change_cipher_spec in words.</summary>
/// <param name="Type">Handshake type (RFC 8446 §4); -1 for an alert or change_cipher_spec.</param>
/// <param name="Name">Its name, for example <c>ClientHello</c>.</param>
/// <param name="Length">Bytes of its body; the four bytes of type and length are not counted.</param>
/// <param name="Facts">What it says, one statement each.</param>
public sealed record TlsMessageStory(int Type, string Name, int Length, IReadOnlyList<string> Facts);
