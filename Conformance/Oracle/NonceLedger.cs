using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NicEmu.Conformance.Oracle;

/// <summary>
/// Which record was sealed under which key and nonce, over all connections, directions and generations of keys of a run. Two records under the same pair reveal the
/// difference of their plaintexts (NIST SP 800-38D §8). Only digests are kept, the oldest are forgotten first, so memory is bounded.
/// </summary>
public sealed class NonceLedger
{
    private readonly Dictionary<UInt128, ulong> _sealed = [];
    private readonly Queue<UInt128> _order = new();
    private readonly int _capacity;

    /// <summary>Makes an empty ledger.</summary>
    /// <param name="capacity">Pairs that are remembered, at least 1.</param>
    public NonceLedger(int capacity = 1 << 18)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <summary>Pairs seen.</summary>
    public long Pairs { get; private set; }

    /// <summary>Pairs seen with a second plaintext.</summary>
    public long Reuses { get; private set; }

    /// <summary>Pairs that a later record was not compared with.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Notes a record. The same record again is no reuse.</summary>
    /// <param name="key">The key.</param>
    /// <param name="nonce">The nonce, 12 bytes.</param>
    /// <param name="record">Header to tag: under one key and nonce it differs exactly where the plaintext, or what is authenticated with it, does.</param>
    /// <returns>False when another record was under the same key and nonce.</returns>
    public bool Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> record)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. key, .. nonce], digest);
        UInt128 pair = BinaryPrimitives.ReadUInt128BigEndian(digest);
        SHA256.HashData(record, digest);
        ulong image = BinaryPrimitives.ReadUInt64BigEndian(digest);
        if (_sealed.TryGetValue(pair, out ulong before))
        {
            Reuses += before == image ? 0 : 1;
            return before == image;
        }

        if (_order.Count == _capacity)
        {
            _sealed.Remove(_order.Dequeue());
            Forgotten++;
        }

        _sealed.Add(pair, image);
        _order.Enqueue(pair);
        Pairs++;
        return true;
    }
}
