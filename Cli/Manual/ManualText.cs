namespace NicEmu.Cli.Manual;

/// <summary>The part of the register manual that tables cannot say: how a driver uses them.</summary>
internal static class ManualText
{
    /// <summary>The programming model, Markdown.</summary>
    public const string Introduction = """
        ## Programming model

        ### Conventions

        All registers are 32 bits wide, all values little-endian. A 64-bit value is a pair NAME_LO, NAME_HI: one aligned 8-byte access reads or writes both at once; otherwise
        reading the low half of a counter latches its high half. Reads of 1 or 2 bytes return their lane, writes of 1 or 2 bytes change their lane only. An unaligned access,
        an unknown offset, and any access while Memory Space Enable is clear read as all ones, write nothing, and are reported as a driver error. Bits that no field covers are
        reserved: write zero. Access: RO read only, RW read and write, WO write only (reads zero), RW1C a one clears, RW1S a one sets and hardware clears; *sticky* fields keep
        their value through every reset but power-on; *secret* fields never show in a trace.

        ### PCI

        Vendor 0x4E1D, device 0x7C01, class 0x020000. BAR 0 (64-bit, 128 KiB): registers. BAR 2 (64-bit, 64 KiB): doorbells, a 4 KiB page for each queue pair. BAR 4 (64-bit,
        8 KiB): MSI-X table at 0, pending bits at 0x1000. Capabilities: PCI Express endpoint with function level reset, MSI-X with 33 vectors, power management. The function
        transfers nothing and raises no interrupt while Bus Master Enable is clear.

        ### Start-up

        1. Enable Memory Space and Bus Master. Check DEV_MAGIC and the major version in DEV_VERSION; read the CAP registers.
        2. Write DEV_CTRL.RESET and poll DEV_STATUS until IN_RESET is clear. Poll DEV_STATUS.FW_READY; without firmware it stays 0 and every mailbox command ends with NOT_READY.
        3. Program MSI-X: vector 0 is the event queue's, the queues' vectors are free to choose.
        4. Allocate the event ring; write EQ_BASE, EQ_SIZE, then EQ_CTRL.ENABLE; arm with EQ_ARM.
        5. For each queue in use: allocate descriptor and completion ring (4096-aligned, zeroed), write base, size, vector, then the ENABLE bit. A bad value stops the queue with
           ERROR 1 in its status register.
        6. Post receive buffers, write DB_RX_TAIL, arm. Set MTU, filters, RSS. Set DEV_CTRL.TX_ENABLE and RX_ENABLE. Bring the port up with SET_LINK.

        ### Rings, doorbells, completions

        Indices run freely over 32 bits; an index masked by the ring size is the slot. A doorbell write records the tail and wakes the queue: when the write returns nothing has
        been fetched yet. A tail that goes backwards, or that is more than the ring size ahead of the descriptors completed, stops the queue with ERROR 2. Each queue has its own
        completion ring. A completion is new when its phase bit is the one of the current pass: 1 on the first pass, 0 on the second, and so on; the word that holds it is written
        last. The driver tells how far it has read with the CONSUMER doorbell. A full completion ring stalls a transmit queue and makes a receive queue drop frames; nothing is
        overwritten. The ARM doorbell asks for one interrupt: at once if completions from the given index on exist, otherwise with the next one; moderation may delay it.
        Completions of one transmit queue come in the order of their descriptors. A descriptor without COMPLETE is completed silently when it succeeds; the Head of a later
        completion covers it. Errors are always completed. Disabling a queue completes the descriptors not run yet with FLUSHED; resetting it completes nothing.

        ### Sending

        A frame is one DATA descriptor or a chain linked by MORE; the first one carries the offloads. The device parses the frame itself; HeaderLength (bytes before the TCP
        payload) is required for segmentation and TLS and must agree with the frame. Checksum fields are computed whole: their content is ignored. With segmentation the payload is
        cut at MSS; IP identification and TCP sequence advance, FIN and PSH go on the last segment only, CWR on the first only. A frame longer than the MTU without segmentation
        completes with TOO_LONG. On any error no frame of the chain leaves.

        ### Mailbox

        Write the request to BAR 0 + 0x0200, then MBOX_CTRL with OPCODE, LENGTH and GO. When MBOX_STAT.DONE is set, ERROR holds the status and the reply is at BAR 0 + 0x0300. One
        command at a time: GO while BUSY is refused. The request area reads as zero and is zeroised after the command. Keys and IVs never pass through it: write them to KEY_STAGE
        first; the command that needs them takes them from there, in hardware, and zeroises the area. KEY_CREATE takes the key words (4 for a 128-bit key, 8 for a 256-bit key),
        TX_CREATE and RX_CREATE take the IV words.

        ### Handles

        Keys and contexts are named by 64-bit handles: slot (bits 23..0), generation (47..24), reset epoch (63..48). Drivers treat them as opaque. Zero is never a handle. A handle
        from before a reset, or of a slot used anew, is refused as stale: it never names another object. A slot whose generations are used up is retired until power-on.

        ### TLS transmit

        1. Stage and create the key, stage the IV, create a context with the TCP sequence number and the record number of its first record, bound to one queue.
        2. Send DATA chains with the TLS offload and the handle. The payload is the record stream as it will be on the wire — header, in TLS 1.2 with GCM the explicit nonce,
           plaintext, in TLS 1.3 the inner content type, and 16 bytes in place of the tag. Records may be cut anywhere and a chain may hold many. The device encrypts in place,
           overwrites the tag places, and expects the next chain at the following sequence number. Length never changes. Segments without payload pass untouched.
        3. To send a range again: POSITION names the record in which the range begins. If the range begins after the record's start and reaches its tag, REPLAY must
           supply the plaintext from the record's start (header included) exactly up to the range. Then the DATA chain. The in-order state does not move unless POSITION says
           ADVANCE. POSITION fills a slot of the queue: only REPLAY and then one DATA chain of the same context may follow.
        4. Remove the context when all is acknowledged. Removal completes after descriptors in flight.

        TX_CREATE chooses the mode of the context; it is fixed. What is said above is the sequence-tracked mode. In **positional** mode the device compares no sequence number: it
        encrypts what comes next at the context's place, which creation puts before the first record. To send a range again, or to go elsewhere:

        1. SET_CONTEXT with the number of the record in which the range begins (not needed when it was told last), SET_PROGRESS with its first sequence number.
        2. A fence: FENCE, or the FENCE flag on NOP or on the DATA that follows. REPLAY of the same context is a fence too. Without one DATA overtakes the parameters and is
           encrypted at the old place.
        3. REPLAY with the record's bytes from its first one up to the range; then DATA. The place is now behind the range: returning to the head of the stream is another move,
           unless the head lies further on in the same record. Then REPLAY of the bytes between suffices.

        In **range** mode nothing is kept. RANGE describes one range of one record and the DATA chain that follows it brings the bytes. A range before the tag begins at the
        record's first byte or at a multiple of 16 from the first byte of content; its first bytes, fewer than 16, may be skipped. To send the tag the whole record is brought;
        all but the tag may be skipped. Skipped bytes are processed and not sent; they count as STAT_TX_TLS_WASTE_BYTES. The headers in the chain are those of what leaves, lengths
        and checksums are computed. A part of a tag cannot be sent.

        In every mode TX_UPDATE tells a place that the driver chose after sending in software (not in range mode, where there is none).

        Whatever fails, no frame of the chain leaves: the device never sends plaintext of an offloaded chain. TRAP_STATUS.PLAINTEXT would tell if that invariant ever broke.

        ### TLS receive

        1. Create the context with the tuple as received packets carry it and the sequence and record number of the first record; activate its rule with RX_ACTIVATE.
        2. A packet is delivered DECRYPTED only if every TLS byte in it was decrypted and every record that ended in it was authentic; headers, nonces and tags stay in place.
           Otherwise its bytes are those of the wire, and the reason says why. Earlier packets of a record may have been decrypted although a later one was not.
        3. A gap that hides no header costs the rest of that record only. A gap that hides one makes the context search for a header. When it finds a candidate, the packet is
           delivered with RESYNC_REQUEST and the candidate's sequence number. The driver answers with RESYNC_ANSWER: ACKNOWLEDGE with the record number if a record begins there, REFUSE if not.
           The context counts the records since, and resumes with the next record it reaches in order. Without an answer it searches anew after its budget.
        4. A driver that was not asked may give a NEXT_RECORD_HINT: the context verifies it on a whole record before it reports anything decrypted.

        """;
}
