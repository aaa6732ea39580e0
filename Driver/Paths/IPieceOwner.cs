using NicEmu.Driver.Nic;

namespace NicEmu.Driver.Paths;

/// <summary>Whoever lent memory to a socket.</summary>
public interface IPieceOwner
{
    /// <summary>The socket and its card need a piece no more.</summary>
    /// <param name="piece">The piece, as it was given.</param>
    void Released(DmaPiece piece);
}
