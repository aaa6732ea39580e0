using System.Collections.Immutable;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Saved state of a <see cref="KeyMaterial"/>, with the key; of a revoked one the bytes are zero.</summary>
internal sealed record KeyMaterialSnapshot(int Slot, ulong OwnerHandle, uint Generation, ImmutableArray<byte> Key, uint Fingerprint);
