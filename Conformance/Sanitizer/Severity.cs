namespace NicEmu.Conformance.Sanitizer;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>Worth knowing; an honest driver may cause it.</summary>
    Note = 0,

    /// <summary>Allowed, but on real hardware or under load it goes wrong.</summary>
    Warning = 1,

    /// <summary>The driver breaks the manual, the RFCs or its peers' trust.</summary>
    Error = 2,
}
