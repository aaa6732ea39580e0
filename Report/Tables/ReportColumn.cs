namespace NicEmu.Report.Tables;

/// <summary>One column of a table.</summary>
/// <param name="Name">Its head.</param>
/// <param name="IsNumber">Whether its cells are numbers, which stand at the right.</param>
public sealed record ReportColumn(string Name, bool IsNumber = false);
