namespace NicEmu.Conformance.Core;

/// <summary>
/// Marks a static method of one parameter, <see cref="DriverCase"/> or <see cref="DeviceCase"/>, as a case of the matrix. A method may carry one number.
/// </summary>
/// <param name="id">Number in the matrix, <c>C001</c> to <c>C200</c>; beside it, <c>T001</c> and on.</param>
/// <param name="profile">Group.</param>
/// <param name="behaviour">The one behaviour that is required, in a sentence.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CaseAttribute(string id, CaseProfile profile, string behaviour) : Attribute
{
    /// <summary>Number in the matrix.</summary>
    public string Id => id;

    /// <summary>Group.</summary>
    public CaseProfile Profile => profile;

    /// <summary>The behaviour that is required.</summary>
    public string Behaviour => behaviour;

    /// <summary>Where the requirement stands: a document and its section.</summary>
    public required string Source { get; init; }

    /// <summary>What the case does to the driver or the card.</summary>
    public required string Stimulus { get; init; }

    /// <summary>What it looks at: wire, completions, registers, counters, DMA, statistics.</summary>
    public required string Observes { get; init; }

    /// <summary>Sanitizer rules that the case's own doing breaks: what they say is not held against the driver.</summary>
    public string[] Tolerates { get; init; } = [];

    /// <summary>What the row of the matrix asks for and the case does not do, and why; empty when it does all of it.</summary>
    public string Narrower { get; init; } = string.Empty;

    /// <summary>What the case does in a sweep, which takes longer; empty when it has none.</summary>
    public string Sweep { get; init; } = string.Empty;
}
