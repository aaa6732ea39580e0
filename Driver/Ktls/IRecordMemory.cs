namespace NicEmu.Driver.Ktls;

/// <summary>Where a received record is joined and becomes plain.</summary>
internal interface IRecordMemory
{
    /// <summary>Puts bytes that came from elsewhere at their place.</summary>
    void Store(int offset, ReadOnlySpan<byte> bytes);

    /// <summary>The bytes of a range, to be looked at or changed, until the next call; a change takes effect by <see cref="Save"/>.</summary>
    Span<byte> Load(int offset, int length);

    /// <summary>Puts changed bytes of a range back.</summary>
    void Save(int offset, ReadOnlySpan<byte> bytes);

    /// <summary>The bytes of a range for the reader; none where the reader has the memory itself.</summary>
    ReadOnlySpan<byte> Show(int offset, int length);

    /// <summary>Forgets what it holds.</summary>
    void Clear();
}
