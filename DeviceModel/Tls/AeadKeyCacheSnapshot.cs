using System.Collections.Immutable;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Saved state of an <see cref="AeadKeyCache"/>: which key is where, without the expanded keys.</summary>
/// <param name="Slots">Key slot of each entry, -1 where there is none.</param>
/// <param name="Used">Marks of the clock.</param>
/// <param name="Hand">Hand of the clock.</param>
/// <param name="Hits">Count of hits.</param>
/// <param name="Misses">Count of misses.</param>
/// <param name="FetchedBytes">Count of key bytes read for them.</param>
internal sealed record AeadKeyCacheSnapshot(ImmutableArray<int> Slots, ImmutableArray<bool> Used, int Hand, ulong Hits, ulong Misses, ulong FetchedBytes);
