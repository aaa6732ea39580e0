using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls;

/// <summary>Takes the content of one record.</summary>
/// <param name="type">Content type; in TLS 1.3 the inner one.</param>
/// <param name="content">The content, valid during the call; may be empty.</param>
public delegate void RecordHandler(TlsContentType type, ReadOnlySpan<byte> content);
