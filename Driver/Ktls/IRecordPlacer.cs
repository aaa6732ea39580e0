using NicEmu.Driver.Nic;

namespace NicEmu.Driver.Ktls;

/// <summary>Puts records into a stream whose bytes stay where they are.</summary>
internal interface IRecordPlacer
{
    /// <summary>Loads bytes of the stream.</summary>
    IDmaReader Memory { get; }

    /// <summary>Bytes that the stream has room for.</summary>
    int Room { get; }

    /// <summary>Appends a record around the content that the caller has ready.</summary>
    /// <param name="prefix">Header and explicit nonce.</param>
    /// <param name="trailer">Inner content type and placeholder of the tag.</param>
    /// <param name="pieces">Receives where all of the record lies; valid until the next call.</param>
    /// <returns>False when memory is short; nothing is appended.</returns>
    bool TryPlace(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> trailer, out ReadOnlySpan<DmaPiece> pieces);

    /// <summary>Appends a record that is sealed, in memory of its own; the content that the caller has ready is needed no more.</summary>
    /// <returns>False when memory is short; nothing is appended.</returns>
    bool TryPlaceSealed(ReadOnlySpan<byte> record);

    /// <summary>Stores bytes that are sent once, and kept until the descriptors that the caller posts next are completed.</summary>
    /// <returns>Where they lie; the bytes as they are when memory is short.</returns>
    TxBytes Store(ReadOnlySpan<byte> bytes);
}
