using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>A key under one handle: its newest generation, and how many contexts hold any generation of it.</summary>
internal sealed class KeyObject(ObjectHandle handle, TlsCipher cipher, ushort owner)
{
    /// <summary>Handle with the newest generation.</summary>
    public ObjectHandle Handle { get; set; } = handle;

    public TlsCipher Cipher => cipher;

    /// <summary>Number of the function that created it; shown, not checked.</summary>
    public ushort OwnerFunction => owner;

    /// <summary>Generation that new contexts get.</summary>
    public KeyMaterial Current { get; set; } = null!;

    /// <summary>Contexts that hold any generation.</summary>
    public int References { get; set; }

    /// <summary>No context may use the key any more; its bytes are gone.</summary>
    public bool Revoked { get; set; }
}
