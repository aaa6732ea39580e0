using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;

namespace NicEmu.Tests.Unit.Conformance.Sanitizer;

/// <summary>NE2xxx.</summary>
internal static class RingCases
{
    private static readonly Action<SanitizerBench> Usual = b =>
    {
        b.StartTx();
        b.Post(Frame());
        b.Complete();
    };

    public static IEnumerable<RuleCase> All =>
    [
        new("NE2001", b => Ring(b, 300), Usual),
        new("NE2002", b => Ring(b, uint.MaxValue), Usual),
        new("NE2003", b => b.Refuse(GuestErrorCode.DoorbellRange, "doorbell of a queue that does not run", 0, 1), Usual),
        new("NE2004", b => b.Refuse(GuestErrorCode.QueueConfiguration, "base, size or vector", 0x123), Usual),
        new("NE2005", b => b.Refuse(GuestErrorCode.QueueConfiguration, "queue is enabled"), Usual),
        new("NE2006", b => b.Dma(0x5000, [], status: 1), b => b.Dma(0x5000, [], status: 4)),
        new("NE2007", b => b.Refuse(GuestErrorCode.NotBusMaster, "DMA read", 0x5000), Usual),
        new("NE2101", b => Refused(b, Frame() with { Reserved24 = 1 }), Usual),
        new("NE2102", b => Refused(b, Frame() with { Length0 = 0 }), b => Refused(b, Frame() with { Reserved24 = 1 })),
        new("NE2103", b => Chain(b, 41, closed: true), b => Chain(b, 3, closed: true)),
        new(
            "NE2104",
            b =>
            {
                b.StartTx();
                b.Post(Frame() with { Flags = TxFlags.More });
                b.Post(new FenceDescriptor { Opcode = TxOpcode.Fence });
                b.Complete(TxStatus.DescriptorMalformed);
                b.Complete();
            },
            Usual),
        new("NE2105", b => Chain(b, 2, closed: false), b => Chain(b, 2, closed: true, TxStatus.Ok)),
        Status("NE2106", TxStatus.HeadersMalformed),
        Status("NE2107", TxStatus.TooLong),
        Status("NE2108", TxStatus.Unsupported),
        new("NE2201", b => Fetch(b, changed: true), b => Fetch(b, changed: false)),
        new("NE2202", b => Payload(b, changed: true), b => Payload(b, changed: false)),
        new("NE2203", b => Buffers(b, 0x7000, 0x7100), b => Buffers(b, 0x7000, 0x8000)),
        new(
            "NE2204",
            b =>
            {
                b.StartTx(0, 0x10_0000);
                b.StartTx(1, 0x11_F000);
            },
            b =>
            {
                b.StartTx(0, 0x10_0000);
                b.StartTx(1, 0x20_0000);
            }),
        new("NE2205", b => b.CompleteRx(RxStatus.DescriptorMalformed), b => b.CompleteRx()),
        new("NE2206", b => b.CompleteRx(RxStatus.BufferTooSmall), b => b.CompleteRx()),
        new("NE2207", b => Receive(b, posted: 1), b => Receive(b, posted: 2)),
        new("NE2301", b => b.Refuse(GuestErrorCode.ConsumerIndex, "consumer index beyond the producer"), Usual),
        new("NE2302", b => Fill(b, 8), b => Fill(b, 7)),
        new("NE2303", b => Tell(b, 8), b => Tell(b, 7)),
        Status("NE2304", TxStatus.Flushed),
        Status("NE2305", TxStatus.LinkDown),
        RegisterCases.Told("NE2306", new EventEntry { Code = EventCode.QueueError, Data = (uint)QueueError.RingFault }),
    ];

    /// <summary>A rule that a completion's status breaks, and success does not.</summary>
    public static RuleCase Status(string id, TxStatus status, ulong handle = 0) => new(
        id,
        b =>
        {
            b.StartTx();
            b.Post(Frame());
            b.Complete(status, handle);
        },
        Usual);

    public static DataDescriptor Frame() => new() { Opcode = TxOpcode.Data, SegmentCount = 1, Address0 = 0x9000_0000, Length0 = 64 };

    private static void Ring(SanitizerBench bench, uint tail)
    {
        bench.StartTx();
        bench.Write(NativeMap.Doorbell, NativeMap.Doorbell.TxTail, tail);
        bench.Refuse(GuestErrorCode.DoorbellRange, "tail goes backwards or beyond the ring", 0, tail);
    }

    private static void Refused(SanitizerBench bench, DataDescriptor descriptor)
    {
        bench.StartTx();
        bench.Post(descriptor);
        bench.Complete(TxStatus.DescriptorMalformed);
    }

    private static void Chain(SanitizerBench bench, int descriptors, bool closed, TxStatus status = TxStatus.DescriptorMalformed)
    {
        bench.StartTx();
        for (int i = 1; i <= descriptors; i++)
        {
            bench.Post(Frame() with { Flags = i < descriptors || !closed ? TxFlags.More : TxFlags.None });
        }

        if (closed)
        {
            bench.Complete(status);
        }
    }

    private static void Fetch(SanitizerBench bench, bool changed)
    {
        bench.StartTx();
        bench.Put(SanitizerBench.Ring, Frame());
        bench.Write(NativeMap.Doorbell, NativeMap.Doorbell.TxTail, 1);
        bench.Dma(SanitizerBench.Ring, SanitizerBench.BytesOf(Frame() with { Cookie = changed ? 9u : 0 }));
    }

    private static void Payload(SanitizerBench bench, bool changed)
    {
        bench.StartTx();
        byte[] payload = SanitizerFrames.Plain(42);
        bench.Put(0x9000_0000, payload);
        bench.Post(Frame());
        byte[] read = payload[..64];
        read[^1] ^= (byte)(changed ? 1 : 0);
        bench.Dma(0x9000_0000, read);
    }

    private static void Buffers(SanitizerBench bench, ulong first, ulong second)
    {
        bench.StartRx();
        bench.Put(SanitizerBench.Ring + 0x4_0000, new RxDescriptor { Address = first, Length = 2048 });
        bench.Put(SanitizerBench.Ring + 0x4_0010, new RxDescriptor { Address = second, Length = 2048 });
        bench.Write(NativeMap.Doorbell, NativeMap.Doorbell.RxTail, 2);
    }

    private static void Receive(SanitizerBench bench, uint posted)
    {
        bench.StartRx();
        bench.Write(NativeMap.Doorbell, NativeMap.Doorbell.RxTail, posted);
        bench.CompleteRx();
    }

    private static void Fill(SanitizerBench bench, uint completions)
    {
        bench.StartTx(completionLog2: 3);
        bench.Write(NativeMap.Doorbell, NativeMap.Doorbell.TxTail, 20);
        for (uint i = 0; i < completions; i++)
        {
            bench.Entry(SanitizerBench.Ring + 0x2_0000 + (16 * i), new TxCompletion { QueueAndPhase = 0x8000_0000 });
        }
    }

    private static void Tell(SanitizerBench bench, uint events)
    {
        bench.StartEvents(log2: 3);
        for (uint i = 0; i < events; i++)
        {
            bench.Event(i, new EventEntry { Code = EventCode.LinkChanged });
        }
    }
}
