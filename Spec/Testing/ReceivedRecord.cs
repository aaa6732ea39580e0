namespace NicEmu.Spec.Testing;

/// <summary>A record that a driver under test delivered to its application.</summary>
/// <param name="Type">Content type; in TLS 1.3 the inner one.</param>
/// <param name="Content">The content; may be empty.</param>
public sealed record ReceivedRecord(byte Type, byte[] Content);
