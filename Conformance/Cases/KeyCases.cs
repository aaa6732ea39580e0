using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C173, C175, C180, C181: what a card accepts, shows and gives away.</summary>
internal static class KeyCases
{
    private const string Manual = "register manual, mailbox and TLS receive";
    private const uint RxStart = 7000;

    [Case("C173", CaseProfile.Security, "A record with one wrong bit in its tag or ciphertext is never reported as decrypted.", Source = "RFC 5116 §2.2; Linux tls-offload.rst, RX", Stimulus = "Every bit of the tag and 128 bits of the ciphertext, one at a time, then 256 bits anywhere behind the header; every seventh record is whole.", Observes = "receive completions",
        Narrower = "512 wrong bits instead of 100 000, which take too long for every run.", Sweep = "100 000 records, each with one wrong bit anywhere behind its header, in 100 rounds with keys and content of their own.")]
    public static void WrongBitIsNeverAccepted(DeviceCase c)
    {
        const int Header = 5;
        byte[] content = CaseKeys.Bytes(c.Seed, "content", 60);
        int length = Header + content.Length + 1 + 16;
        if (c.Sweep is not { } sweep)
        {
            int tag = (length - 16) * 8;
            uint[] drawn = Words(c.Seed, "wrong bits", 256);
            Flip(c, c.Seed, content, [.. Enumerable.Range(tag, 128), .. Enumerable.Range(0, 128).Select(i => (Header * 8) + (i * 3)), .. drawn.Select(w => (Header * 8) + (int)(w % ((length - Header) * 8)))]);
            return;
        }

        for (uint round = 0; round < 100; round++)
        {
            if (!sweep.Has(round)) continue;
            uint[] drawn = Words(c.Seed + round, "wrong bits", 1000);
            Flip(c, c.Seed + round, CaseKeys.Bytes(c.Seed + round, "content", 60), [.. drawn.Select(w => (Header * 8) + (int)(w % ((length - Header) * 8)))]);
        }
    }

    /// <summary>Delivers a record with each bit wrong, and a whole one before every sixth of them.</summary>
    private static void Flip(DeviceCase c, ulong seed, byte[] content, IReadOnlyList<int> bits)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        (RecordCodec codec, _, _) = Receiver(card, seed, "tags");
        var frames = new List<(byte[] Bytes, int Bit)>();
        uint at = RxStart;
        ulong number = 0;
        for (int i = 0; i < bits.Count; i++)
        {
            if (i % 6 == 0) Add(-1);
            Add(bits[i]);
        }

        var taken = new List<RawRxCompletion>();
        foreach ((byte[] Bytes, int Bit)[] batch in frames.Chunk(32)) taken.AddRange(card.Rx().Deliver([.. batch.Select(f => f.Bytes)]));

        Expect.Equal(taken.Count, frames.Count, "the number of frames delivered");
        for (int i = 0; i < taken.Count; i++)
        {
            int bit = frames[i].Bit;
            Expect.Equal(taken[i].Verdict, (byte)(bit < 0 ? 1 : 4), $"the verdict about record {i} of seed {seed}, {(bit < 0 ? "which is whole" : $"whose bit {bit} is wrong")}");
            if (bit >= 0) Expect.Bytes(taken[i].Frame, frames[i].Bytes, $"the frame of record {i}");
        }

        void Add(int bit)
        {
            byte[] record = codec.Seal(23, content, number++);
            if (bit >= 0) record[bit / 8] ^= (byte)(1 << (bit % 8));
            frames.Add((RawFrames.FromPeer(at, record), bit));
            at += (uint)record.Length;
        }
    }

    private static uint[] Words(ulong seed, string label, int count) => MemoryMarshal.Cast<byte, uint>(CaseKeys.Bytes(seed, label, count * 4)).ToArray();

    [Case("C175", CaseProfile.Security, "Nothing of a key or IV can be read back: not from the staging area, the mailbox, any other register, host memory or the trace.", Source = Manual, Stimulus = "Key and IV staged and read back at once; then keys and contexts in both directions; then every word of the registers is read.", Observes = "registers, DMA, trace")]
    public static void KeysCannotBeReadBack(DeviceCase c)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        FlowKeys keys = CaseKeys.Draw(c.Seed, "secret", TlsVersion.Tls13, TlsCipher.Aes256Gcm);
        var secrets = new HashSet<uint>();
        for (int i = 0; i < 32; i += 4) secrets.Add(BinaryPrimitives.ReadUInt32LittleEndian(keys.Key.Span[i..]));
        for (int i = 0; i < 12; i += 4) secrets.Add(BinaryPrimitives.ReadUInt32LittleEndian(keys.Iv.Span[i..]));
        card.StageKey(keys.Key.Span);
        card.StageIv(keys);
        for (uint at = 0x140; at < 0x16C; at++)
        {
            if (at % 4 == 0) Expect.Equal(card.Read(at), 0u, $"the word at 0x{at:X} of the staging area");
            Expect.Equal(card.Rig.Bus.Read(0, at, 1), 0UL, $"the byte at 0x{at:X} of the staging area");
        }

        Expect.Equal(card.KeyCreate(keys, out ulong key), 0u, "the status of KEY_CREATE");
        ExpectMailboxEmpty(card, "KEY_CREATE");
        Expect.Equal(card.TxCreate(keys, key, 1000, out _), 0u, "the status of TX_CREATE");
        ExpectMailboxEmpty(card, "TX_CREATE");
        Expect.Equal(card.RxCreate(keys, key, RxStart, RawFrames.PeerPort, RawFrames.CardPort, out ulong rx), 0u, "the status of RX_CREATE");
        ExpectMailboxEmpty(card, "RX_CREATE");
        Expect.Equal(card.Submit(64, rx), 0u, "the status of CONTEXT_QUERY");
        Expect.That(!Holds(card.Reply(64), secrets), "the snapshot of a context holds no word of key or IV");
        Expect.Equal(card.Read(0x0170) & 0x700FF, 0u, "the words that are left in the staging area");
        Expect.Equal(card.Mailbox(16, new Bytes(16).U8(8, 2).Span), 9u, "the status of KEY_CREATE with the staged key taken");
        card.Rx();
        card.Tx();
        for (uint at = 0; at < 0x8000; at += 4) Expect.That(!secrets.Contains(card.Read(at)), $"the register at 0x{at:X} holds no word of key or IV");

        for (int i = 0; i < card.Rig.Events.Count; i++)
        {
            (TraceEvent e, byte[] data) = card.Rig.Events[i];
            Expect.That(!secrets.Contains((uint)e.Value) && !secrets.Contains((uint)(e.Value >> 32)), $"event {i} ({e.Kind} at 0x{e.Address:X}) holds no word of key or IV");
            Expect.That(!Holds(data, secrets), $"the data of event {i} ({e.Kind} at 0x{e.Address:X}) hold no word of key or IV");
        }
    }

    [Case("C180", CaseProfile.Security, "Payload full of false headers costs bounded work while a context searches, and is never decrypted; the true answer still heals it.", Source = Manual, Stimulus = "A lost header, then 60 packets of false headers; every request is refused; then records and an acknowledgement.", Observes = "receive completions, events")]
    public static void FalseHeadersCostBoundedWork(DeviceCase c)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        (RecordCodec codec, ulong rx, _) = Receiver(card, c.Seed, "flood");
        byte[] flood = new byte[1400];
        for (int i = 0; i + 5 <= flood.Length; i += 5) new byte[] { 23, 3, 3, 0, (byte)(40 + (i % 90)) }.AsSpan().CopyTo(flood.AsSpan(i));
        uint at = RxStart + 300;
        int events = card.Rig.Events.Count;
        int requests = 0;
        for (int i = 0; i < 60; i++, at += (uint)flood.Length)
        {
            byte[] frame = RawFrames.FromPeer(at, flood);
            RawRxCompletion seen = card.Rx().Deliver(frame)[0];
            Expect.That(seen.Verdict is 2 or 3, $"packet {i} of the flood is not reported as decrypted or as a record (verdict {seen.Verdict})");
            Expect.Bytes(seen.Frame, frame, $"packet {i} of the flood");
            if (seen.Verdict != 3) continue;
            requests++;
            card.Tx().Post(Answer(rx, 0, seen.Candidate, 0));
        }

        Expect.That(requests <= 60, $"there is at most one request for each packet (there were {requests})");
        Expect.That(card.Rig.Events.Count - events < 60 * 120, $"the work for each packet is bounded ({card.Rig.Events.Count - events} events for 60 packets)");
        card.Write(0x0008, 0x3);
        ulong number = 100;
        bool healed = false;
        for (int i = 0; i < 12 && !healed; i++, number++)
        {
            byte[] content = CaseKeys.Bytes(c.Seed, $"after {i}", 200);
            byte[] record = codec.Seal(23, content, number);
            RawRxCompletion seen = card.Rx().Deliver(RawFrames.FromPeer(at, record))[0];
            if (seen.Verdict == 3) card.Tx().Post(Answer(rx, (byte)(seen.Candidate == at ? 1 : 0), seen.Candidate, seen.Candidate == at ? number : 0));
            healed = seen.Verdict == 1;
            if (healed) Expect.Bytes(seen.Frame.AsSpan(RawFrames.HeaderLength + 5, content.Length), content, "the first record that comes decrypted again");
            at += (uint)record.Length;
        }

        Expect.That(healed, "a record comes decrypted again after the flood");
    }

    [Case("C181", CaseProfile.Security, "Nothing that was not handed over leaves the card or reaches host memory: no filler, no bytes beside a buffer, no old bytes in completions.", Source = Manual, Stimulus = "Records with filler in buffers surrounded by a pattern; frames received; a snapshot of a context.", Observes = "wire, DMA")]
    public static void NothingStrayIsReadOrWritten(DeviceCase c)
    {
        RawCard card = DescriptorCases.PoweredUp(c);
        var flow = new RawTxFlow(card, c.Seed, "stray");
        (byte[] framed, byte[] right) = flow.Record(500);
        byte[] frame = RawFrames.Tcp(flow.Next, framed);
        using DmaBuffer buffer = card.Rig.Bus.AllocateDma(4096);
        buffer.Span.Fill(0xC3);
        frame.CopyTo(buffer.Span[128..]);
        card.Rx();
        card.Tx();
        card.Run();
        int from = card.Rig.Events.Count;
        byte status = RawTxFlow.Status(card.Tx().Post(RawTxQueue.Data(buffer.BusAddress + 128, (uint)frame.Length, flow.Context, RawFrames.HeaderLength)));

        Expect.Equal(status, (byte)0, "the status of DATA");
        Expect.That(card.Rig.Wire.TryTakeFromDevice(out byte[] sent), "a frame leaves");
        Expect.Bytes(sent.AsSpan(RawFrames.HeaderLength), right, "what leaves");
        Expect.That(sent.AsSpan().IndexOf(stackalloc byte[] { 0xC3, 0xC3, 0xC3, 0xC3, 0xC3, 0xC3 }) < 0, "no byte beside the buffer leaves");
        foreach ((TraceEvent e, _) in card.Rig.Events.Of(TraceEventKind.DmaRead, from))
        {
            bool inFrame = e.Address >= buffer.BusAddress + 128 && e.Address + (ulong)e.Length <= buffer.BusAddress + 128 + (ulong)frame.Length;
            bool inRing = e.Address >= card.Tx().Ring.BusAddress && e.Address + (ulong)e.Length <= card.Tx().Ring.BusAddress + (ulong)card.Tx().Ring.Length;
            Expect.That(inFrame || inRing, $"the card reads only the ring and the frame (it reads {e.Length} bytes at 0x{e.Address:X})");
        }

        using DmaBuffer snapshot = card.Rig.Bus.AllocateDma(256);
        snapshot.Span.Fill(0x5E);
        card.Tx().Post(RawTxQueue.Bare(0x15, flow.Context).U64(32, snapshot.BusAddress + 64).Span.ToArray());
        Expect.That(snapshot.Span[..64].IndexOfAnyExcept((byte)0x5E) < 0 && snapshot.Span[128..].IndexOfAnyExcept((byte)0x5E) < 0, "QUERY writes 64 bytes");
        Expect.Equal(BinaryPrimitives.ReadUInt64LittleEndian(snapshot.Span[64..]), flow.Context, "the handle in the snapshot");

        from = card.Rig.Events.Count;
        byte[] arrived = RawFrames.FromPeer(1, new byte[77]);
        card.Rx().Deliver(arrived);
        int completions = 0;
        foreach ((TraceEvent e, byte[] data) in card.Rig.Events.Of(TraceEventKind.DmaWrite, from))
        {
            if (data.AsSpan().SequenceEqual(arrived)) continue;
            Expect.That(e.Length <= 64, $"what the card writes beside the frame is a completion (it writes {e.Length} bytes)");
            completions++;
            if (data.Length < 56) continue;
            Expect.That(data.AsSpan(0x10, 4).IndexOfAnyExcept((byte)0) < 0, "verdict, reason, count and status of a plain frame are zero");
            Expect.That(data.AsSpan(0x14, 20).IndexOfAnyExcept((byte)0) < 0, "candidate, handle and record number of a plain frame are zero");
            Expect.That(data.AsSpan(0x2C, 4).IndexOfAnyExcept((byte)0) < 0, "the reserved bytes of the completion are zero");
        }

        Expect.AtLeast(completions, 1, "the number of writes beside the frame");
    }

    internal static byte[] Answer(ulong handle, byte kind, uint sequence, ulong number) => RawTxQueue.Bare(0x16, handle).U8(2, kind).U32(16, sequence).U64(24, number).Span.ToArray();

    internal static (RecordCodec Codec, ulong Context, ulong Key) Receiver(RawCard card, ulong seed, string label)
    {
        FlowKeys keys = CaseKeys.Draw(seed, label, TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        Expect.Equal(card.KeyCreate(keys, out ulong key), 0u, "the status of KEY_CREATE");
        Expect.Equal(card.RxCreate(keys, key, RxStart, RawFrames.PeerPort, RawFrames.CardPort, out ulong handle), 0u, "the status of RX_CREATE");
        Expect.Equal(card.Submit(49, handle), 0u, "the status of RX_ACTIVATE");
        return (new RecordCodec(keys), handle, key);
    }

    private static void ExpectMailboxEmpty(RawCard card, string command)
    {
        for (uint at = 0x200; at < 0x300; at += 4) Expect.Equal(card.Read(at), 0u, $"the word at 0x{at:X} of the request area after {command}");
    }

    private static bool Holds(ReadOnlySpan<byte> data, HashSet<uint> secrets)
    {
        for (int i = 0; i + 4 <= data.Length; i++)
        {
            if (secrets.Contains(BinaryPrimitives.ReadUInt32LittleEndian(data[i..]))) return true;
        }

        return false;
    }
}
