using System.Collections.Immutable;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Saved state of a <see cref="KeyTable"/>.</summary>
internal sealed record KeyTableSnapshot(
    HandleTableSnapshot Handles, ImmutableArray<KeyObjectSnapshot> Objects, ImmutableArray<KeyMaterialSnapshot> Materials, ImmutableArray<int> FreeSlots,
    AeadKeyCacheSnapshot Cache);
