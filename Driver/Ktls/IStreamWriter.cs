namespace NicEmu.Driver.Ktls;

/// <summary>The sending side of a TCP connection.</summary>
internal interface IStreamWriter
{
    /// <summary>TCP sequence number that the next byte will have.</summary>
    uint Sequence { get; }

    /// <summary>Bytes that fit now.</summary>
    int Free { get; }

    /// <summary>Bytes that fit when everything is acknowledged.</summary>
    int Capacity { get; }

    /// <summary>Appends bytes; they fit.</summary>
    void Write(ReadOnlySpan<byte> bytes);
}
