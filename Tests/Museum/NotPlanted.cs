namespace NicEmu.Tests.Museum;

/// <summary>Bugs of the list B001 to B125 that no mutant plants, with the reason.</summary>
internal static class NotPlanted
{
    /// <summary>The highest number of the list.</summary>
    public const int LastNumber = 125;

    /// <summary>Numbers, and why they are not planted.</summary>
    public static IReadOnlyList<(IReadOnlyList<int> Numbers, string Why)> All { get; } =
    [
        ([4], "No case brings about an answer that waits for room in the ring while its context goes. A descriptor that names a context which is gone is refused by the card in any case."),
        ([9], "The bug was a first fix that slept where it must not; our driver has one thread of events, which never sleeps."),
        ([17, 81], "Keys in memory that was given back: that memory is the driver's own and no case can look into it. B104 plants the part that the card can see, its staging area."),
        ([19, 20, 21, 23, 39, 66, 73, 100, 102], "Reference counts, double frees and null pointers of a kernel written in C. Here they would be a crash at once, and a crash is no verdict; B018, B040, B056 and B057 plant what of this class a card can see."),
        ([31, 32, 33, 36, 37, 41, 42, 46, 48, 49], "Above the driver: splice, flags of system calls, socket maps, readers, wake-ups."),
        ([44, 74], "Bonding, and a kernel that only dumps: the host side has neither."),
        ([53], "Every descriptor has 64 bytes, so none is cut by the end of the ring; B050 plants the end of the ring itself."),
        ([54], "Planted on trial and noticed by nothing, rightly: a slot's description is read only for fields that the same chain wrote."),
        ([55], "Planted on trial in two ways and noticed by nothing: a chain that failed is sent again, and its completion puts the consumer index right."),
        ([58, 59, 105], "Changes of a design, or limits of a descriptor that ours has not: a replay may be as long as a record."),
        ([65], "Memory of requests for the card's progress; in our interface the card asks and is answered by descriptors without memory."),
        ([72], "Planted on trial in two ways and noticed by nothing: frame memory is given back in order up to the last completion, so what is counted wrongly for one replay is put right by the next. B057 plants the use of memory that was given back."),
        ([75], "Our driver never uses a key object for a second key; the card's side, a key in the cache beyond its end, is tested as C157."),
        ([76], "The driver has no counters of a device that may be absent."),
        ([77], "Merging came later than this list; C114 judges, with merging on, that a packet with a request stands by itself."),
        ([85, 87], "Layout of socket buffers, which the host side does not have."),
        ([111, 112], "Copies of records and flags of system calls that the host side does not have."),
        ([120], "A cost, not a fault: docs/resync-cost.md has its figures."),
    ];
}
