using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>Where the driver puts a key or an IV before the command that uses it, BAR 0 + 0x0140. Hardware takes it from here: firmware never sees it.</summary>
public sealed class KeyStageBlock : RegisterBlock
{
    /// <summary>Words of key material.</summary>
    public const int KeyWords = 8;

    /// <summary>Words of initialisation vector.</summary>
    public const int IvWords = 3;

    /// <summary>Registers of the block, as in the manual.</summary>
    public readonly Register Control;

    /// <summary>Fields of the block, as in the manual.</summary>
    public readonly Field Clear, KeyWritten, IvWritten;

    /// <summary>The key words, lowest byte of word 0 first.</summary>
    public readonly Register[] Key = new Register[KeyWords];

    /// <summary>The IV words, lowest byte of word 0 first.</summary>
    public readonly Register[] Iv = new Register[IvWords];

    /// <summary>Declares the block.</summary>
    public KeyStageBlock()
        : base("KEY_STAGE", NativeDevice.RegisterBar, 0x0140, 0x40, "Write-only staging of key and IV. Zeroised when a command takes it, at CLEAR and at any reset.")
    {
        for (int i = 0; i < KeyWords; i++)
        {
            Key[i] = Reg($"KEY_STAGE_KEY{i}", (uint)(4 * i), $"Key bytes {4 * i} to {(4 * i) + 3}, first byte in bits 7..0.").Secret("VALUE", 31, 0, out _, "Key bytes.");
        }

        for (int i = 0; i < IvWords; i++)
        {
            Iv[i] = Reg($"KEY_STAGE_IV{i}", (uint)(0x20 + (4 * i)), $"IV bytes {4 * i} to {(4 * i) + 3}, first byte in bits 7..0. TLS 1.2 with GCM: the salt is bytes 0 to 3, the others are zero.").Secret("VALUE", 31, 0, out _, "IV bytes.");
        }

        Control = Reg("KEY_STAGE_CTRL", 0x30, "State of the staging area.").Rw1S("CLEAR", 31, 31, out Clear, "Zeroise; clears itself.").Ro("IV_WRITTEN", 18, 16, out IvWritten, "IV words written since the last clear, a bit each.")
            .Ro("KEY_WRITTEN", 7, 0, out KeyWritten, "Key words written since the last clear, a bit each.");
    }
}
