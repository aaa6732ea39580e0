namespace NicEmu.Board.Faults;

/// <summary>Every fault that there is.</summary>
public static class FaultCatalogue
{
    private static readonly FaultMoment[] FrameMoments = [FaultMoment.Frame, FaultMoment.Segment, FaultMoment.Byte, FaultMoment.Time, FaultMoment.Rate];
    private static readonly FaultMoment[] RecordMoments = [FaultMoment.Record];
    private static readonly FaultMoment[] PortMoments = [FaultMoment.Nth, FaultMoment.Time, FaultMoment.Dma, FaultMoment.Rate];
    private static readonly FaultMoment[] RegisterMoments = [FaultMoment.Nth, FaultMoment.Time, FaultMoment.Rate];
    private static readonly FaultMoment[] CommandMoments = [FaultMoment.Command, FaultMoment.Time, FaultMoment.Rate];
    private static readonly FaultMoment[] CardMoments =
        [FaultMoment.Time, FaultMoment.Frame, FaultMoment.Segment, FaultMoment.Record, FaultMoment.Byte, FaultMoment.Dma];

    private static readonly FaultParameter Count = FaultParameter.Number("count", 1, "How many are hit, from the moment on; with rate= no limit unless given.");
    private static readonly FaultParameter Direction = FaultParameter.Choice("direction", "sent", "Frames that the card sends, or receives.", "sent", "received");
    private static readonly FaultParameter Port = FaultParameter.Number("port", 0, "Only the connection with this TCP port at either end; 0: with record= and byte= the first connection, else all frames.");
    private static readonly FaultParameter Least = FaultParameter.Number("least", 0, "Records whose length field is smaller are not counted; 0 counts those of the handshake too.");
    private static readonly FaultParameter Ring = FaultParameter.Choice("ring", "tx", "Which rings.", "tx", "rx");
    private static readonly FaultParameter CompletionRing = FaultParameter.Choice("ring", "tx", "Which rings; event: the event queue.", "tx", "rx", "event");
    private static readonly FaultParameter Vector = FaultParameter.Choice("vector", "any", "Which vectors, as the driver uses them.", "any", "tx", "rx", "event");

    /// <summary>The faults, grouped by seam.</summary>
    public static IReadOnlyList<FaultDefinition> All { get; } = [.. Frames(), .. Records(), .. Descriptors(), .. Completions(), .. Interrupts(), .. Dma(), .. Mailbox(), .. Card()];

    /// <summary>Finds a fault; null when there is none of that name.</summary>
    /// <param name="name">Its name.</param>
    public static FaultDefinition? Find(string name) => All.FirstOrDefault(f => f.Name == name);

    private static IEnumerable<FaultDefinition> Frames()
    {
        FaultParameter by = FaultParameter.Time("by", "20us", "How long.");
        yield return new("frame-drop", FaultFamily.Frame, "A frame is lost.", "Loss in the network. TCP sends again; the transmit context is told the record's place, the receive context skips or searches.", [Direction, Count, Port], FrameMoments);
        yield return new("frame-delay", FaultFamily.Frame, "A frame is held back; later ones pass it.", "A slow path. Longer than the retransmission timeout it is a loss and then a duplicate.", [Direction, Count, Port, by], FrameMoments);
        yield return new("frame-duplicate", FaultFamily.Frame, "A frame arrives twice.", "The copy lies before the expected sequence number and must pass the card untouched.", [Direction, Count, Port], FrameMoments);
        yield return new("frame-reorder", FaultFamily.Frame, "A frame arrives after the ones that follow it.", "As frame-delay with the network's own time, 20 us.", [Direction, Count, Port], FrameMoments);
        yield return new("frame-corrupt", FaultFamily.Frame, "One bit of a frame is flipped.", "The checksum tells: the card must not look for TLS in it, and TCP drops it.", [Direction, Count, Port], FrameMoments);
    }

    private static IEnumerable<FaultDefinition> Records()
    {
        FaultParameter by = FaultParameter.Time("by", "20us", "How long.");
        const string Where = "The segment in which the record's header ends is meant, on its first transmission. ";
        yield return new("record-drop", FaultFamily.Frame, "The segment with a record's header is lost.", Where + "A receive context that loses a header must search.", [Direction, Least, Port], RecordMoments);
        yield return new("record-delay", FaultFamily.Frame, "The segment with a record's header is held back.", Where + "Later segments pass it.", [Direction, Least, Port, by], RecordMoments);
        yield return new("record-duplicate", FaultFamily.Frame, "The segment with a record's header arrives twice.", Where, [Direction, Least, Port], RecordMoments);
        yield return new("record-reorder", FaultFamily.Frame, "The segment with a record's header arrives late.", Where + "As record-delay with the network's own time, 20 us.", [Direction, Least, Port], RecordMoments);
        yield return new("record-corrupt", FaultFamily.Frame, "One byte of that segment's payload is changed, and the TCP checksum put right.", Where + "Only the record's tag can tell. The receiver must refuse the record (EBADMSG); the connection cannot go on, and no changed byte may reach the application.", [Direction, Least, Port], RecordMoments);
    }

    private static IEnumerable<FaultDefinition> Descriptors()
    {
        FaultParameter by = FaultParameter.Time("by", "50us", "How long.");
        yield return new("descriptor-drop", FaultFamily.Descriptor, "The card fetches zeros instead of a descriptor.", "As if the driver's write had not reached memory before its doorbell: a missing barrier. The card must refuse it.", [Ring, Count], PortMoments);
        yield return new("descriptor-delay", FaultFamily.Descriptor, "The doorbell that hands a descriptor over arrives late.", "Posted writes keep their order, so doorbells behind it wait too. Nothing may get lost.", [Ring, Count, by], RegisterMoments);
        yield return new("descriptor-duplicate", FaultFamily.Descriptor, "The card fetches the descriptor before once more instead.", "A stale cache line. A frame is sent twice and another never; TCP must make it good, and under TLS the card must refuse what is not in sequence.", [Ring, Count], PortMoments);
        yield return new("descriptor-reorder", FaultFamily.Descriptor, "Two neighbouring descriptors of one fetch change places.", "Under TLS the first of the two is not in sequence and is refused; the driver must go on from there.", [Ring, Count], PortMoments);
        yield return new("descriptor-corrupt", FaultFamily.Descriptor, "One bit of a fetched descriptor is flipped.", "Whatever the bit is, the card must stay well and never send plaintext.", [Ring, Count], PortMoments);
    }

    private static IEnumerable<FaultDefinition> Completions()
    {
        FaultParameter by = FaultParameter.Time("by", "50us", "How long.");
        yield return new("completion-drop", FaultFamily.Completion, "A completion never reaches memory.", "The driver sees nothing behind it in that ring; its watchdog must end the wait.", [CompletionRing, Count], PortMoments);
        yield return new("completion-delay", FaultFamily.Completion, "A completion reaches memory late, after its interrupt.", "The next interrupt, or a poll, must find it.", [CompletionRing, Count, by], PortMoments);
        yield return new("completion-duplicate", FaultFamily.Completion, "A completion is written twice, the second time into the next place of the ring.", "The driver must not free twice.", [CompletionRing, Count], PortMoments);
        yield return new("completion-reorder", FaultFamily.Completion, "Two completions change places.", "The ring's contract is broken; the driver must notice or cope, and not free what is in flight. When no other comes within 50 us the completion is merely late.", [Ring], PortMoments);
        yield return new("completion-corrupt", FaultFamily.Completion, "One bit of a completion is flipped; not in its last word.", "The driver must check what it reads before it uses it.", [CompletionRing, Count], PortMoments);
    }

    private static IEnumerable<FaultDefinition> Interrupts()
    {
        FaultParameter by = FaultParameter.Time("by", "50us", "How long.");
        yield return new("interrupt-drop", FaultFamily.Interrupt, "An interrupt message is lost.", "The queue is not armed any more; only a watchdog finds what was completed.", [Vector, Count], PortMoments);
        yield return new("interrupt-delay", FaultFamily.Interrupt, "An interrupt message is late.", "Nothing may get lost.", [Vector, Count, by], PortMoments);
        yield return new("interrupt-duplicate", FaultFamily.Interrupt, "An interrupt message comes again 5 us later.", "A handler that finds nothing must go away quietly.", [Vector, Count], PortMoments);
        yield return new("interrupt-reorder", FaultFamily.Interrupt, "An interrupt message comes after the next one.", "When no other comes it is 50 us late.", [Vector, Count], PortMoments);
        yield return new("interrupt-corrupt", FaultFamily.Interrupt, "One of the four low bits of an interrupt message is flipped.", "Another vector, or none, gets it. Counted as misrouted where no handler is.", [Vector, Count], PortMoments);
    }

    private static IEnumerable<FaultDefinition> Dma()
    {
        FaultParameter read = FaultParameter.Choice("class", "any", "What the addresses are used for.", "any", "descriptor", "payload");
        FaultParameter write = FaultParameter.Choice("class", "any", "What the addresses are used for; payload: receive buffers and snapshots.", "any", "completion", "event", "payload");
        yield return new("dma-read-error", FaultFamily.Dma, "A DMA read is aborted.", "Of payload: the chain completes with DMA_FAULT, no frame of it leaves, the TLS state stays. Of descriptors: the queue stops.", [read, Count], PortMoments);
        yield return new("dma-write-error", FaultFamily.Dma, "A DMA write is aborted.", "Of a completion or event: the queue stops, because its order is lost. Of payload: the packet is lost for the host.", [write, Count], PortMoments);
    }

    private static IEnumerable<FaultDefinition> Mailbox()
    {
        FaultParameter by = FaultParameter.Time("by", "20ms", "How long; the driver waits 10 ms by default.");
        FaultParameter status = FaultParameter.Choice("status", "table-full", "The outcome that the driver reads.", [.. MailboxFault.Statuses.Keys]);
        yield return new("mailbox-delay", FaultFamily.Mailbox, "A mailbox command starts late; MBOX_STAT shows BUSY until it ends.", "Beyond the driver's patience the command is given up, and its late answer must touch nobody: what it created must be destroyed.", [by, Count], CommandMoments);
        yield return new("mailbox-lose", FaultFamily.Mailbox, "A mailbox command never starts; MBOX_STAT shows BUSY until the card is reset.", "Offload is over; connections must go on in software.", [], CommandMoments);
        yield return new("mailbox-refuse", FaultFamily.Mailbox, "A mailbox command is refused: the status that the driver reads is replaced, the command is not run.", "The connection falls back to software, quietly and for good.", [status, Count], CommandMoments);
    }

    private static IEnumerable<FaultDefinition> Card()
    {
        FaultParameter time = FaultParameter.Time("for", "1ms", "How long.");
        FaultParameter table = FaultParameter.Choice("table", "tx", "Which table.", "tx", "rx", "key");
        yield return new("table-full", FaultFamily.Card, "A table of the card is full: it is filled through the driver's own mailbox commands.", "Genuine: firmware answers TABLE_FULL and raises the event. From the moment on, at the earliest when the driver runs. A connection that finds no room goes on in software for its life.", [table], [FaultMoment.Time]);
        yield return new("link-flap", FaultFamily.Card, "The cable is pulled and put back.", "Frames are lost both ways; contexts stay, and retransmissions must be right.", [time], CardMoments);
        yield return new("firmware-hang", FaultFamily.Card, "The embedded core stands still.", "FW_HEALTH stops counting and mailbox commands take longer; the data path goes on. for=0 is for good.", [time], CardMoments);
        yield return new("removal", FaultFamily.Card, "The card is pulled out of its slot.", "Reads are all ones, writes are lost, DMA is aborted. The driver must notice and report.", [], CardMoments);
        yield return new("flr", FaultFamily.Card, "The function is reset under the driver.", "All contexts and queues are gone, every handle is stale. The driver must notice; nothing may leave in the clear.", [], CardMoments);
    }
}
