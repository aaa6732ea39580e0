namespace NicEmu.Conformance.Sanitizer;

/// <summary>A piece of memory that a doorbell announced, with a digest of what lay there then.</summary>
/// <param name="Address">Bus address.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="Digest">Digest of the bytes.</param>
/// <param name="Descriptor">Free-running index of its descriptor.</param>
internal readonly record struct PostedSegment(ulong Address, int Length, ulong Digest, uint Descriptor);
