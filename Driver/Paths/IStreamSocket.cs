using NicEmu.Driver.Nic;

namespace NicEmu.Driver.Paths;

/// <summary>The sending side of a TCP socket that holds no bytes of its own: it refers to memory that others have filled, which the card reads.</summary>
public interface IStreamSocket
{
    /// <summary>Bytes that can be given now.</summary>
    int Free { get; }

    /// <summary>Bytes that can be given when everything is acknowledged.</summary>
    int Capacity { get; }

    /// <summary>Called when <see cref="Free"/> has grown.</summary>
    Action? Writable { get; set; }

    /// <summary>Appends bytes to the stream where they lie, all or none.</summary>
    /// <param name="pieces">Where, in order. What they hold must not change until they are released.</param>
    /// <param name="owner">Told when a piece is needed no more.</param>
    /// <returns>False when they do not fit.</returns>
    bool TrySend(ReadOnlySpan<DmaPiece> pieces, IPieceOwner owner);

    /// <summary>Ends the stream behind what was given.</summary>
    void Close();
}
