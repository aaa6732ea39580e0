namespace NicEmu.Board.Links;

/// <summary>How a TAP device is set up.</summary>
public sealed record TapOptions
{
    /// <summary>Name of the interface, 1 to 15 characters; a <c>%d</c> is replaced by the kernel with a free number.</summary>
    public string Name { get; init; } = "nicemu%d";

    /// <summary>Addresses of the kernel's side with prefix lengths, such as <c>10.77.0.1/24</c>.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>MTU of the interface in bytes, 68 to 65535.</summary>
    public int Mtu { get; init; } = 1500;
}
