namespace NicEmu.Conformance.Core;

/// <summary>One case of the matrix.</summary>
/// <param name="Id">Number, <c>C001</c> to <c>C200</c>; beside the matrix, <c>T001</c> and on.</param>
/// <param name="Profile">Group.</param>
/// <param name="Kind">What it judges.</param>
/// <param name="Name">Name of the method, as words.</param>
/// <param name="Behaviour">What is required.</param>
/// <param name="Stimulus">What is done.</param>
/// <param name="Observes">What is looked at.</param>
/// <param name="Source">Where the requirement stands.</param>
public sealed record ConformanceCase(string Id, CaseProfile Profile, CaseKind Kind, string Name, string Behaviour, string Stimulus, string Observes, string Source)
{
    /// <summary>Sanitizer rules that the case's own doing breaks.</summary>
    public IReadOnlyList<string> Tolerates { get; init; } = [];

    /// <summary>What the row of the matrix asks for and the case does not do, and why; empty when it does all of it.</summary>
    public string Narrower { get; init; } = string.Empty;

    /// <summary>What the case does in a sweep; empty when it has none.</summary>
    public string Sweep { get; init; } = string.Empty;

    internal Action<DriverCase>? Driver { get; init; }

    internal Action<DeviceCase>? Device { get; init; }

    /// <summary>Runs a driver case.</summary>
    /// <param name="context">Where.</param>
    /// <exception cref="CaseFailedException">The driver does not behave as required.</exception>
    /// <exception cref="CaseSkippedException">The driver lacks something that the case needs.</exception>
    public void Run(DriverCase context)
    {
        if (Driver is null) throw new InvalidOperationException($"{Id} judges a card.");
        Driver(context);
    }

    /// <summary>Runs a device case.</summary>
    /// <param name="context">Where.</param>
    /// <exception cref="CaseFailedException">The card does not behave as required.</exception>
    /// <exception cref="CaseSkippedException">The card lacks something that the case needs.</exception>
    public void Run(DeviceCase context)
    {
        if (Device is null) throw new InvalidOperationException($"{Id} judges a driver.");
        Device(context);
    }
}
