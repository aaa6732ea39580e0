namespace NicEmu.Conformance.Core;

/// <summary>Rows of the matrix that say nothing about this card and a driver of it, and why.</summary>
public static class NotApplicable
{
    /// <summary>The rows, in the order of their numbers.</summary>
    public static IReadOnlyList<NotApplicableCase> All { get; } =
    [
        new("C017", "Installation on a bond, a team or a VLAN device", "The emulated machine has no stacked devices; VLAN tags are judged by C030 and C136."),
        new("C020", "Installation for a socket that is routed through a tunnel", "The emulated machine has no tunnels."),
        new("C045", "A signal interrupts a blocking send", "Calls of the seam do not block, so nothing interrupts them; a partial accept is judged by C043 and C044."),
        new("C048", "Pacing, and a change of a rate-limited queue", "The emulated stack does not pace, and the card has no rate-limited queues; C194 judges a context that changes its queue."),
        new("C087", "A packet loses its socket on the way (orphan, redirect, clone)", "Segments go from TCP to the driver without a layer between that could take their socket; C094 judges a segment without a context."),
        new("C088", "Traffic control mirrors a packet", "The emulated machine has no traffic control."),
        new("C089", "The active device of a bond changes", "The emulated machine has no bonds; C081 judges a route that moves to another card."),
        new("C090", "XDP sends a decrypted packet back", "The emulated machine has no XDP."),
        new("C091", "A decrypted packet is forwarded or bridged", "The emulated machine forwards nothing."),
        new("C092", "A crash kernel boots while contexts live", "There is no second kernel; C178 judges contexts that an earlier driver left behind."),
        new("C117", "MSG_PEEK, splice, short and faulting buffers", "The seam delivers whole records and has no receive call with a buffer."),
        new("C119", "The option that expects records without padding (TLS_RX_EXPECT_NO_PAD)", "The option saves a copy in Linux's software path; the seam has no such option."),
        new("C148", "A late copy of acknowledged old data after a key change", "The TCP of the emulated machine has no queue behind which a copy could outlive its acknowledgement; C068 judges a range that is acknowledged."),
        new("C179", "Two functions with the same ids", "The card has one function."),
        new("C196", "Memory cannot be had at some site", "Memory of the emulated kernel is the .NET heap, which has no failing allocation to inject; failing tables and commands are judged by C006, C018, C144 and C188."),
    ];
}
