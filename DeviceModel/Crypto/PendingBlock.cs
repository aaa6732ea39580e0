using System.Runtime.CompilerServices;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>Ciphertext bytes that wait for the rest of their 16-byte block before they can be absorbed.</summary>
[InlineArray(16)]
internal struct PendingBlock
{
    private byte _first;
}
