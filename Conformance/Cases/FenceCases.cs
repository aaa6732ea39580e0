using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C075: parameters of a positional context and the data behind them.</summary>
internal static class FenceCases
{
    private const byte SetContext = 0x10;
    private const byte SetProgress = 0x11;
    private const byte Fence = 0x17;
    private const byte Nop = 0x1F;
    private const byte FenceFlag = 0x08;
    private const byte Positional = 1;

    [Case("C075", CaseProfile.Resync, "DATA without a fence overtakes the parameters before it and is encrypted at the old place; each kind of fence puts them in order.", Source = "register manual, TLS transmit, positional mode", Stimulus = "Two records, then the first again behind SET_CONTEXT and SET_PROGRESS: without a fence, with FENCE, with the flag on NOP and on DATA, and with REPLAY.", Observes = "wire")]
    public static void MissingFenceShows(DeviceCase c)
    {
        foreach (TlsVersion version in new[] { TlsVersion.Tls13, TlsVersion.Tls12 })
        {
            foreach (string fence in new[] { "FENCE", "the flag on NOP", "the flag on DATA", "REPLAY" })
            {
                RawCard card = TransmitCardCases.PowerUp(c);
                var flow = new RawTxStream(card, c.Seed, version, mode: Positional);
                byte[] content = CaseKeys.Bytes(c.Seed, "first", 300);
                flow.Add(content);
                int length = flow.Length;
                flow.Add(CaseKeys.Bytes(c.Seed, "second", 500));
                flow.Post(0, "two records", [flow.Data(0, flow.Length)]);
                Expect.Equal(flow.TakeFrames("two records").Count, 1, "the number of frames of two records");

                flow.Post(0, "a record without a fence", [.. Parameters(flow, version), flow.Data(0, length)]);
                Expect.That(card.Rig.Wire.TryTakeFromDevice(out byte[] frame), "a record without a fence leaves");
                byte[] payload = frame[RawFrames.HeaderLength..];
                Expect.That(!payload.AsSpan().SequenceEqual(flow.Wire[..length]), $"a record without a fence is not what it must be ({version})");
                // The nonce on the wire is the driver's; the number of the old place is seen in the additional data, and in TLS 1.3 in the nonce.
                ulong? nonce = version == TlsVersion.Tls12 ? System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(flow.Wire[5..]) : null;
                Expect.Bytes(payload, flow.Codec.Seal(23, content, 2, 0, nonce), $"a record without a fence, as the third of the stream ({version})");

                byte[] again = flow.Data(0, length);
                byte[][] ordered = fence switch
                {
                    "FENCE" => [.. Parameters(flow, version), RawTxQueue.Bare(Fence, flags: 0).Span.ToArray(), again],
                    "the flag on NOP" => [.. Parameters(flow, version), RawTxQueue.Bare(Nop, flags: FenceFlag).Span.ToArray(), again],
                    "the flag on DATA" => [.. Parameters(flow, version), Flagged(again)],
                    _ => [.. Parameters(flow, version), flow.Replay(0, 100), flow.Data(100, length - 100)],
                };
                flow.Post(0, $"the record with {fence}", ordered);
                int frames = flow.TakeFrames($"the record with {fence}, {version}").Count;
                Expect.Equal(frames, 1, $"the number of frames with {fence}");
                flow.Post(0, "the record behind it", [flow.Data(length, flow.Length - length)]);
                Expect.Equal(flow.TakeFrames("the record behind it").Count, 1, "the number of frames behind it");
            }
        }
    }

    private static byte[][] Parameters(RawTxStream flow, TlsVersion version) =>
    [
        RawTxQueue.Bare(SetContext, flow.Handle, flags: 0).U64(16, 0).U16(24, (ushort)version).Span.ToArray(),
        RawTxQueue.Bare(SetProgress, flow.Handle, flags: 0).U32(16, flow.Start).Span.ToArray(),
    ];

    private static byte[] Flagged(byte[] data)
    {
        data[1] |= FenceFlag;
        return data;
    }
}
