namespace NicEmu.DeviceModel;

/// <summary>
/// What the card's cache of expanded keys did since the last reset. A context's key is expanded when it is used and not in the cache; the bytes come
/// from the card's own key memory, and nothing is ever written back. The contexts themselves are always at hand.
/// </summary>
/// <param name="Capacity">Expanded keys that it holds.</param>
/// <param name="Hits">Uses of a key that was in it.</param>
/// <param name="Misses">Uses of a key that had to be fetched and expanded.</param>
/// <param name="FetchedBytes">Key bytes fetched for them: 16 or 32 each.</param>
public readonly record struct ContextCacheStatistics(int Capacity, ulong Hits, ulong Misses, ulong FetchedBytes);
