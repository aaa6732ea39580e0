using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Saved state of a <see cref="KeyObject"/>.</summary>
internal sealed record KeyObjectSnapshot(ulong Handle, TlsCipher Cipher, ushort OwnerFunction, bool IsRevoked, int CurrentSlot);
