using NicEmu.Driver.Nic;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Paths;

/// <summary>One record to be sealed.</summary>
public sealed class RecordJob
{
    /// <summary>Its number.</summary>
    public required ulong Number { get; init; }

    /// <summary>Content type.</summary>
    public required TlsContentType Type { get; init; }

    /// <summary>Where its content lies.</summary>
    public required IReadOnlyList<DmaPiece> Content { get; init; }

    /// <summary>Where the record is to be, from header to tag. The content may lie at its place in it already.</summary>
    public required IReadOnlyList<DmaPiece> Target { get; init; }

    /// <summary>Called when the record is there.</summary>
    public required Action Done { get; init; }
}
