namespace NicEmu.Conformance.Core;

/// <summary>A row of the matrix that is not judged.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Reason">Why it does not apply.</param>
public sealed record NotApplicableCase(string Id, string Title, string Reason);
