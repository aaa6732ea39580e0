namespace NicEmu.Report.Plots;

/// <summary>Where the values of a line come from; it decides how the line is drawn.</summary>
public enum LineKind
{
    /// <summary>Measured on the emulator: a line with markers.</summary>
    Measured,

    /// <summary>A closed formula: a dashed line without markers.</summary>
    Formula,

    /// <summary>Published by others, for real hardware: markers without a line.</summary>
    Published,
}
