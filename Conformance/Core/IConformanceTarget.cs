namespace NicEmu.Conformance.Core;

/// <summary>A driver and a card that can be judged: builds a fresh machine for each case.</summary>
public interface IConformanceTarget
{
    /// <summary>Name for reports.</summary>
    string Name { get; }

    /// <summary>Runs one case on a fresh machine. Never throws on what driver or card do.</summary>
    /// <param name="test">The case.</param>
    /// <param name="seed">Decides about everything that is drawn.</param>
    CaseResult Run(ConformanceCase test, ulong seed);
}
