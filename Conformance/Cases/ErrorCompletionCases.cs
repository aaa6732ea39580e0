using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Spec.Seams;

namespace NicEmu.Conformance.Cases;

/// <summary>C198: how an error is counted in a ring.</summary>
internal static class ErrorCompletionCases
{
    private const byte Complete = 0x01;
    private const byte More = 0x02;
    private const ulong Unmapped = 0x7FFF_0000_0000;

    [Case("C198", CaseProfile.Rings, "An error completion of a chain of several descriptors covers exactly that chain, at every place of the ring; what follows is sent and counted on.", Source = "register manual, Rings, doorbells, completions; net/mlx5e: TX, Fix consumer index of error cqe dump", Stimulus = "Chains of three descriptors, the middle one unmapped, between NOPs and good frames, around a ring of eight.", Observes = "completions, wire, registers")]
    public static void ErrorCoversItsChain(DeviceCase c)
    {
        DeviceRig rig = c.Boot();
        var card = new RawCard(rig);
        card.PowerUp();
        RawTxQueue queue = card.Tx(0, 3);
        using DmaBuffer memory = rig.Bus.AllocateDma(4096);
        byte[] frame = RawFrames.Tcp(1000, CaseKeys.Bytes(c.Seed, "payload", 200));
        frame.CopyTo(memory.Span);
        uint index = 0;
        for (uint round = 0; round < 7; round++)
        {
            byte[][] chain =
            [
                Piece(memory.BusAddress, 100, More, 100 + round),
                Piece(Unmapped, 50, More, 0),
                Piece(memory.BusAddress + 150, (uint)frame.Length - 150, Complete, 0),
            ];
            byte[] nop = RawTxQueue.Bare(0x1F, 0, 200 + round).Span.ToArray();
            byte[] good = RawTxQueue.Data(memory.BusAddress, (uint)frame.Length, cookie: 300 + round);

            IReadOnlyList<RawCompletion> seen = queue.Post([.. chain, nop, good]);

            Expect.Equal(seen.Count, 3, $"the number of completions in round {round}");
            Expect.That(seen[0].Status != 0, $"the chain of round {round} is refused");
            Expect.Equal(seen[0].Cookie, 100 + round, $"the cookie of the refused chain in round {round}");
            Expect.Equal(seen[0].Head, index + 3, $"the head behind the refused chain in round {round}");
            Expect.Equal((seen[1].Status, seen[1].Cookie, seen[1].Head), ((byte)0, 200 + round, index + 4), $"the completion of the NOP in round {round}");
            Expect.Equal((seen[2].Status, seen[2].Cookie, seen[2].Head), ((byte)0, 300 + round, index + 5), $"the completion of the good frame in round {round}");
            index += 5;
            Expect.Equal(card.Read(queue.Registers + 0x14), index, $"TXQ_HEAD in round {round}");
            Expect.That(rig.Wire.TryTakeFromDevice(out byte[] sent) && sent.AsSpan(54).SequenceEqual(frame.AsSpan(54)), $"the good frame of round {round} leaves");
            Expect.That(!rig.Wire.TryTakeFromDevice(out _), $"nothing else leaves in round {round}");
        }
    }

    private static byte[] Piece(ulong address, uint length, byte flags, uint cookie) =>
        RawTxQueue.Bare(0x01, 0, cookie, flags).U8(2, 1).U64(32, address).U32(40, length).Span.ToArray();
}
