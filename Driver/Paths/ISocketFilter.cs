using NicEmu.Driver.Nic;

namespace NicEmu.Driver.Paths;

/// <summary>A program inside the kernel that sees what passes from a program or a file into a socket, as a packet filter or a socket map does. What it reads is counted as loads of the processor.</summary>
public interface ISocketFilter
{
    /// <summary>Bytes enter a socket.</summary>
    /// <param name="pieces">Where they lie.</param>
    /// <param name="memory">Reads them.</param>
    void OnSend(ReadOnlySpan<DmaPiece> pieces, IDmaReader memory);
}
