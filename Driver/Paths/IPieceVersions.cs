using NicEmu.Driver.Nic;

namespace NicEmu.Driver.Paths;

/// <summary>An owner of memory that may change while a socket refers to it, as pages of a file do, and that counts the changes.</summary>
public interface IPieceVersions
{
    /// <summary>How often the memory of a piece was changed so far.</summary>
    /// <param name="piece">The piece, as it was given.</param>
    uint VersionOf(DmaPiece piece);
}
