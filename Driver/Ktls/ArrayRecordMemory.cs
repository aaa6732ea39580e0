using System.Security.Cryptography;

namespace NicEmu.Driver.Ktls;

/// <summary>A buffer of the session's own.</summary>
internal sealed class ArrayRecordMemory(int bytes) : IRecordMemory
{
    private readonly byte[] _bytes = new byte[bytes];

    public void Store(int offset, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_bytes.AsSpan(offset));

    public Span<byte> Load(int offset, int length) => _bytes.AsSpan(offset, length);

    /// <summary>The bytes were changed where they are.</summary>
    public void Save(int offset, ReadOnlySpan<byte> bytes)
    {
    }

    public ReadOnlySpan<byte> Show(int offset, int length) => _bytes.AsSpan(offset, length);

    public void Clear() => CryptographicOperations.ZeroMemory(_bytes);
}
