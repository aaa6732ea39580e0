using static NicEmu.Conformance.Sanitizer.SanitizerInput;
using static NicEmu.Conformance.Sanitizer.Severity;

namespace NicEmu.Conformance.Sanitizer.Rules;

/// <summary>NE2xxx: rings, descriptors and DMA.</summary>
internal static class RingRules
{
    private const string Rings = "docs/registers.md, Rings, doorbells, completions";
    private const string Sending = "docs/registers.md, Sending";

    public static readonly SanitizerRule DoorbellBeyond = new(
        "NE2001", Error, "doorbell beyond the ring",
        "The tail is more than the ring size ahead of what is completed: descriptors that the card has not finished were overwritten. The queue stops.",
        "The free room is computed from the fetched instead of the completed index, or one too large.", Rings, Refusals, "B50 B95");

    public static readonly SanitizerRule DoorbellBackwards = new(
        "NE2002", Error, "doorbell goes backwards",
        "Indices run freely over 32 bits; a tail behind the last one stops the queue.",
        "A masked index is written where a free-running one is asked for, or two threads ring in the wrong order.", Rings, Refusals, "B55");

    public static readonly SanitizerRule DoorbellStopped = new(
        "NE2003", Error, "doorbell of a queue that does not run",
        "The queue is disabled, draining or stopped by an error; the doorbell is ignored and what it announced is never sent.",
        "A send path that races with the queue's shutdown, or a queue error that nobody handled.", Rings, Refusals, "B03");

    public static readonly SanitizerRule QueueSetup = new(
        "NE2004", Error, "queue enabled with a bad base, size or vector",
        "Rings begin at a multiple of 4096, sizes lie within CAP_RINGS, vectors below CAP_QUEUES.VECTORS. The queue does not start.",
        "The ring's allocation is not page-aligned, or its size is given in entries instead of as a power of two.", "docs/registers.md, Start-up", Refusals);

    public static readonly SanitizerRule QueueReconfigured = new(
        "NE2005", Error, "queue reconfigured while it is enabled",
        "Base, size and vector are taken when ENABLE turns from 0 to 1; writes in between have no effect, or one that the driver does not expect.",
        "The driver does not wait for STATUS.ENABLED to clear.", Rings, Refusals);

    public static readonly SanitizerRule DmaUnmapped = new(
        "NE2006", Error, "DMA outside mapped memory",
        "The address was never mapped, is mapped no longer, or the range runs past the mapping's end. On a machine without IOMMU this overwrites somebody's memory.",
        "A buffer freed before its completion, a truncated 64-bit address, or a wrong length.", "docs/registers.md, Rings, doorbells, completions", Dma, "B20 B57 B65 B72");

    public static readonly SanitizerRule NotBusMaster = new(
        "NE2007", Error, "work for the card while Bus Master Enable is clear",
        "Neither DMA nor interrupts leave the function; the queue stops with a fault.",
        "Bus mastering is switched off before the queues, or never on.", "S-BUS-6", Refusals);

    public static readonly SanitizerRule DescriptorMalformed = new(
        "NE2101", Error, "descriptor breaks its format",
        "Reserved bits that are not zero, an unknown opcode, or fields that contradict each other. The chain is refused whole.",
        "A slot that was not cleared before it was filled, or the layout of another descriptor.", Sending, Completions | Refusals, "B29 B54");

    public static readonly SanitizerRule SegmentLength = new(
        "NE2102", Error, "segment without length, or too long",
        "A segment has 1 to 65535 bytes; a descriptor names one or two of them.",
        "An empty fragment was not skipped.", Sending, Dma, "B29");

    public static readonly SanitizerRule ChainTooLong = new(
        "NE2103", Error, "chain longer than the card takes",
        "CAP_CHAIN gives the greatest number of descriptors and bytes.",
        "Fragments are appended without a look at the limit.", Sending, Dma, "B28 B58");

    public static readonly SanitizerRule ChainBroken = new(
        "NE2104", Error, "chain broken off by another descriptor",
        "After MORE only DATA may follow until the chain's end.",
        "MORE is set on the last descriptor, or two senders interleave on one ring.", Sending, Dma);

    public static readonly SanitizerRule ChainOpen = new(
        "NE2105", Warning, "chain left open",
        "MORE announces descriptors that never came; nothing of the chain is sent, and what follows on the queue waits behind it.",
        "The error path after a failed mapping leaves half of a chain on the ring.", Sending, Dma, "B74 B82");

    public static readonly SanitizerRule HeadersMalformed = new(
        "NE2106", Error, "frame's headers do not fit the offloads asked for",
        "The frame does not parse, or its header length is another than the descriptor says. Nothing leaves.",
        "Offsets are taken from before a VLAN tag or extension header was added.", Sending, Completions, "B85 B102");

    public static readonly SanitizerRule TooLong = new(
        "NE2107", Error, "frame longer than the MTU, without segmentation",
        "The card refuses it.",
        "The MTU changed under the sender, or the segmentation flag was lost.", Sending, Completions);

    public static readonly SanitizerRule UnsupportedDescriptor = new(
        "NE2108", Error, "descriptor that the card does not offer",
        "It completes with UNSUPPORTED and has no effect.",
        "Capabilities were not read.", Sending, Completions, "B76");

    public static readonly SanitizerRule DescriptorRewritten = new(
        "NE2201", Error, "descriptor changed between doorbell and fetch",
        "After the doorbell the descriptor is the card's. What was fetched is not what was announced.",
        "The doorbell is rung before the descriptor is complete, or a slot is filled again too early.", Rings, Memory | Dma | Registers, "B54 B57");

    public static readonly SanitizerRule PayloadRewritten = new(
        "NE2202", Error, "buffer changed between doorbell and DMA",
        "The bytes that the card read are not those that lay there when the doorbell was rung. Under TLS other plaintext is sealed than was meant, or the same record is sealed twice differently.",
        "Memory is given back before the completion.", Rings, Memory | Dma | Registers, "B20 B57 B72");

    public static readonly SanitizerRule RxBufferTwice = new(
        "NE2203", Error, "receive buffer posted twice",
        "Two descriptors that are both the card's name overlapping memory: a frame is overwritten before it is read.",
        "A buffer is posted again before its completion was consumed.", Rings, Dma);

    public static readonly SanitizerRule RingsOverlap = new(
        "NE2204", Error, "two rings overlap",
        "Descriptors and completions of different queues lie in the same memory.",
        "A ring's length is computed with the size of another kind of entry.", "docs/registers.md, Start-up", Registers);

    public static readonly SanitizerRule RxDescriptor = new(
        "NE2205", Error, "receive descriptor breaks its format",
        "A buffer has 64 to 65535 bytes. The buffer comes back unused.",
        "An empty slot was announced.", Rings, Completions | Refusals);

    public static readonly SanitizerRule RxBufferSmall = new(
        "NE2206", Error, "receive buffer smaller than the frame",
        "The frame is lost. On a TLS flow that is a gap which costs at least a record.",
        "The buffer size does not follow the MTU, or forgets VLAN tags.", Rings, Completions);

    public static readonly SanitizerRule RxStarved = new(
        "NE2207", Note, "receive queue ran out of buffers",
        "Every posted buffer is used: frames are dropped until the driver posts again.",
        "The ring is too small for the load, or buffers are posted too late.", "S-PIPE-5", Registers | Completions);

    public static readonly SanitizerRule ConsumerIndex = new(
        "NE2301", Error, "consumer or arming index out of range",
        "The index lies before the last one or past what the card has written. The queue stops.",
        "A masked index instead of a free-running one, or a completion consumed twice.", Rings, Refusals, "B55 B99");

    public static readonly SanitizerRule CompletionsFull = new(
        "NE2302", Warning, "completion ring full",
        "A transmit queue stalls and a receive queue drops frames until the driver consumes.",
        "The completion ring is smaller than the descriptor ring, or the consumer index is not written.", Rings, Registers | Dma, "B95");

    public static readonly SanitizerRule EventsLost = new(
        "NE2303", Error, "event ring full",
        "Events are lost; the driver may wait for a mailbox command or a link change for ever.",
        "EQ_CONSUMER is not written, or the ring is too small.", Rings, Registers | Dma, "B98");

    public static readonly SanitizerRule Flushed = new(
        "NE2304", Note, "descriptors flushed",
        "The queue was disabled or reset before they ran; what they held was not sent.",
        "Usual at shutdown; otherwise a queue is restarted without draining.", Rings, Completions, "B56");

    public static readonly SanitizerRule LinkDown = new(
        "NE2305", Note, "descriptor completed because the link is down",
        "Nothing left.",
        "Usual while a link goes down; otherwise the driver does not look at link events.", Sending, Completions);

    public static readonly SanitizerRule QueueStopped = new(
        "NE2306", Error, "queue stopped by a fault",
        "The ring could not be read or the completion not be written: the queue does nothing more until it is set up again.",
        "A ring freed while the queue runs.", Rings, Dma, "B03");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SanitizerRule> All { get; } =
    [
        DoorbellBeyond, DoorbellBackwards, DoorbellStopped, QueueSetup, QueueReconfigured, DmaUnmapped, NotBusMaster,
        DescriptorMalformed, SegmentLength, ChainTooLong, ChainBroken, ChainOpen, HeadersMalformed, TooLong, UnsupportedDescriptor,
        DescriptorRewritten, PayloadRewritten, RxBufferTwice, RingsOverlap, RxDescriptor, RxBufferSmall, RxStarved,
        ConsumerIndex, CompletionsFull, EventsLost, Flushed, LinkDown, QueueStopped,
    ];
}
