using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;

namespace NicEmu.Conformance.Cases;

/// <summary>C168 to C171: descriptors that name a context that they must not name, or none.</summary>
internal static class DescriptorCases
{
    private const string Manual = "register manual, TLS transmit";

    [Case("C168", CaseProfile.Security, "A DATA descriptor that names a deleted context is refused: no frame leaves.", Source = Manual, Stimulus = "TX_DESTROY, then a DATA chain with the old handle.", Observes = "completion, wire")]
    public static void DeletedContextIsRefused(DeviceCase c)
    {
        RawCard card = PoweredUp(c);
        var flow = new RawTxFlow(card, c.Seed, "deleted");
        Expect.Equal(card.Submit(33, flow.Context), 0u, "the status of TX_DESTROY");

        byte status = flow.Send(flow.Record(100).Framed);

        Expect.That(status != 0, "the descriptor is refused");
        Expect.Equal(flow.TakePayload().Length, 0, "the number of bytes that leave");
    }

    [Case("C169", CaseProfile.Security, "A DATA descriptor that names an object of another queue, kind or connection is refused, and moves nothing.", Source = Manual, Stimulus = "DATA on another queue, under a key, under a receive context, under another connection's context.", Observes = "completions, wire")]
    public static void ContextOfAnotherOwnerIsRefused(DeviceCase c)
    {
        RawCard card = PoweredUp(c);
        var flow = new RawTxFlow(card, c.Seed, "owner");
        var other = new RawTxFlow(card, c.Seed, "other", start: 5000);
        Expect.Equal(card.RxCreate(flow.Keys, flow.Key, 1, RawFrames.PeerPort, RawFrames.CardPort, out ulong rx), 0u, "the status of RX_CREATE");
        (byte[] framed, byte[] right) = flow.Record(200);

        byte[] own = flow.Segment(flow.Next, framed);
        byte onOtherQueue = RawTxFlow.Status(card.Tx(1).Post(own));
        byte underKey = RawTxFlow.Status(card.Tx().Post(With(own, flow.Key)));
        byte underRx = RawTxFlow.Status(card.Tx().Post(With(own, rx)));
        byte underOther = RawTxFlow.Status(card.Tx().Post(With(own, other.Context)));

        Expect.Equal(onOtherQueue, (byte)0x0D, "the status of DATA on a queue that the context is not bound to");
        Expect.Equal(underKey, (byte)0x02, "the status of DATA under a key");
        Expect.Equal(underRx, (byte)0x02, "the status of DATA under a receive context");
        Expect.That(underOther != 0, "DATA of one connection under another's context is refused");
        Expect.Equal(flow.TakePayload().Length, 0, "the number of bytes that leave");
        Expect.Equal(flow.Send(framed), (byte)0, "the status of DATA under its own context afterwards");
        Expect.Bytes(flow.TakePayload(), right, "the record");
        other.ExpectRecord(50, "the first record of the other connection");
    }

    [Case("C170", CaseProfile.Security, "A descriptor that asks for TLS and names no context is dropped: nothing is sent in clear.", Source = Manual, Stimulus = "DATA with the TLS offload and the handle zero, and handles that were never given out.", Observes = "completions, wire")]
    public static void NoContextIsRefused(DeviceCase c)
    {
        RawCard card = PoweredUp(c);
        var flow = new RawTxFlow(card, c.Seed, "none");
        byte[] own = flow.Segment(flow.Next, flow.Record(300).Framed);
        ulong[] handles =
        [
            0, 1, 0xFFFF_FFFF_FFFF_FFFF, flow.Context + 1, flow.Context + 0x400, flow.Context ^ (1UL << 23), flow.Context ^ (3UL << 22),
            flow.Context ^ (1UL << 24), flow.Context ^ (1UL << 47), flow.Context ^ (1UL << 48), flow.Context ^ (1UL << 63), flow.Context & 0xFFFF_FFFF, flow.Context >> 32,
        ];

        foreach (ulong handle in handles)
        {
            byte status = RawTxFlow.Status(card.Tx().Post(With(own, handle)));

            Expect.That(status is 0x02 or 0x03, $"DATA under the handle 0x{handle:X} is refused as invalid or stale (its status is 0x{status:X2})");
            Expect.Equal(flow.TakePayload().Length, 0, $"the number of bytes that leave under the handle 0x{handle:X}");
        }
    }

    [Case("C171", CaseProfile.Security, "Data of an offloaded connection without the TLS offload leaves as it is and moves no context; the suite's oracle sees that it is no record.", Source = Manual + "; Linux tls-offload.rst, TX", Stimulus = "The first record without the offload bit, then with it.", Observes = "wire, completions")]
    public static void ForgottenOffloadIsSeenOnTheWire(DeviceCase c)
    {
        RawCard card = PoweredUp(c);
        var flow = new RawTxFlow(card, c.Seed, "forgotten");
        (byte[] framed, byte[] right) = flow.Record(400);
        byte[] plain = flow.Segment(flow.Next, framed);
        plain[3] = 0;
        plain.AsSpan(8, 8).Clear();
        plain.AsSpan(18, 2).Clear();

        byte status = RawTxFlow.Status(card.Tx().Post(plain));

        Expect.Equal(status, (byte)0, "the status of DATA without the offload");
        byte[] sent = flow.TakePayload();
        Expect.Bytes(sent, framed, "the bytes that leave");
        Expect.That(flow.Codec.Open(sent, 0, out _, out _) is not null, "the oracle refuses what was not protected");
        Expect.Equal(flow.Send(framed), (byte)0, "the status of the same bytes with the offload");
        Expect.Bytes(flow.TakePayload(), right, "the record");
    }

    internal static RawCard PoweredUp(DeviceCase c)
    {
        var card = new RawCard(c.Boot());
        card.PowerUp();
        return card;
    }

    private static byte[] With(byte[] descriptor, ulong handle)
    {
        byte[] changed = [.. descriptor];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(changed.AsSpan(8), handle);
        return changed;
    }
}
