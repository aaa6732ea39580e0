namespace NicEmu.Cli;

/// <summary>Exit codes of the command.</summary>
internal static class ExitCode
{
    /// <summary>Everything passed.</summary>
    public const int Passed = 0;

    /// <summary>A verification failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line or an input file is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Something outside is missing: a program, a permission, a device, a peer.</summary>
    public const int Environment = 3;

    /// <summary>Nothing ran.</summary>
    public const int NothingRan = 4;

    /// <summary>The time limit passed.</summary>
    public const int Timeout = 5;

    /// <summary>A defect of NicEmu.</summary>
    public const int Internal = 70;

    /// <summary>Interrupted by the user.</summary>
    public const int Interrupted = 130;
}
