namespace NicEmu.Conformance.Oracle;

/// <summary>One direction of a TCP connection.</summary>
/// <param name="Source">Source address; IPv4 in the low 32 bits.</param>
/// <param name="Destination">Destination address.</param>
/// <param name="Ports">Source port in the upper, destination port in the lower half.</param>
internal readonly record struct FlowKey(UInt128 Source, UInt128 Destination, uint Ports)
{
    public override string ToString() => $"port {Ports >> 16} to port {Ports & 0xFFFF}";
}
