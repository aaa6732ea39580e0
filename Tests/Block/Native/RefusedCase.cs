namespace NicEmu.Tests.Block.Native;

/// <summary>Descriptors of which the last is refused, after 1000 bytes of the stream were sent.</summary>
/// <param name="Name">Name of the case.</param>
/// <param name="Status">What the last descriptor completes with.</param>
/// <param name="Arrange">Makes the descriptors.</param>
internal sealed record RefusedCase(string Name, byte Status, Func<TlsBench, byte[][]> Arrange)
{
    /// <summary>Opcode that the completion names.</summary>
    public byte Opcode { get; init; } = 0x01;

    /// <summary>Queue that the descriptors are posted to.</summary>
    public int Queue { get; init; }

    /// <summary>Whether the context sends nothing afterwards.</summary>
    public bool IsTheEnd { get; init; }

    /// <summary>Whether a positional context is placed anew before it goes on.</summary>
    public bool Stops { get; init; }

    /// <summary>Done between the doorbell and the first step.</summary>
    public Action<TlsBench> BeforeItRuns { get; init; } = static _ => { };

    /// <summary>Done before the context is asked to go on.</summary>
    public Action<TlsBench> Mend { get; init; } = static _ => { };
}
