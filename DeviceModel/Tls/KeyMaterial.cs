using System.Buffers.Binary;
using System.Security.Cryptography;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>One generation of a key object. The bytes live in the slab; nothing shows more of them than <see cref="Fingerprint"/>.</summary>
internal sealed class KeyMaterial
{
    private readonly KeySlab _slab;

    public KeyMaterial(KeySlab slab, int slot, KeyObject owner, uint generation, ReadOnlySpan<byte> key)
    {
        _slab = slab;
        Slot = slot;
        Owner = owner;
        Generation = generation;
        key.CopyTo(slab.Bytes(slot));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, digest);
        Fingerprint = BinaryPrimitives.ReadUInt32BigEndian(digest);
    }

    public KeyMaterial(KeySlab slab, KeyMaterialSnapshot snapshot, KeyObject owner)
        : this(slab, snapshot.Slot, owner, snapshot.Generation, snapshot.Key.AsSpan()) => Fingerprint = snapshot.Fingerprint;

    /// <summary>Slot in the slab, and index in the cache of expanded keys.</summary>
    public int Slot { get; }

    public KeyObject Owner { get; }

    public TlsCipher Cipher => Owner.Cipher;

    /// <summary>Generation in the handle under which it was loaded.</summary>
    public uint Generation { get; }

    /// <summary>Contexts that hold this generation.</summary>
    public int References { get; set; }

    /// <summary>First four bytes of the key's SHA-256.</summary>
    public uint Fingerprint { get; }

    public ReadOnlySpan<byte> Bytes => _slab.Bytes(Slot)[..TlsRecordLayout.KeyLengthOf(Cipher)];

    /// <summary>Zeroes the bytes; the slot stays taken.</summary>
    public void Zero() => _slab.Zero(Slot);

    /// <summary>Zeroes the bytes and gives the slot back.</summary>
    public void Release() => _slab.Release(Slot);
}
