using System.Buffers.Binary;
using NicEmu.Board.Compare;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Memory;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Compare;

/// <summary>The row in which the card encrypts: what it reads, in order and when segments are sent again, and what a segment looks like before and behind it.</summary>
public sealed class InlinePathTests
{
    private const int Tcp = 34;

    [Test]
    public void Pair_FirstSegmentOfARecord_DiffersInPayloadAndTwoChecksumsOnly()
    {
        BeforeAfterPair pair = CompareRun.Execute(new() { Content = StorageContent.Seeded(200_000, 5) }, ["inline"]).Pair!;

        ReadOnlySpan<byte> before = pair.Before.Span;
        ReadOnlySpan<byte> after = pair.After.Span;
        Assert.That(pair.OnlyPayloadAndChecksumsDiffer, Is.True);
        Assert.That((before.Length, pair.PayloadOffset), Is.EqualTo((1514, 66)), "a full frame, as on slide 23 of the talk");
        Assert.That(before.Slice(BeforeAfterPair.IpChecksumOffset, 2).ToArray(), Is.All.Zero, "left to the card");
        Assert.That(after.Slice(BeforeAfterPair.IpChecksumOffset, 2).ToArray(), Is.Not.EqualTo(new byte[2]));
        Assert.That(Sum(after[14..Tcp], 0), Is.EqualTo(0xFFFF), "RFC 1071");
        Assert.That(Sum(after[Tcp..], PseudoHeader(after)), Is.EqualTo(0xFFFF), "RFC 9293 §3.1");
        Assert.That(before.Slice(pair.PayloadOffset, 5).SequenceEqual<byte>([23, 3, 3, 0x40, 0x11]), Is.True, "type, version, 16384 + 1 + 16");
        Assert.That(after.Slice(pair.PayloadOffset, 5).SequenceEqual(before.Slice(pair.PayloadOffset, 5)), Is.True, "the header of a record is not encrypted");
        var content = new byte[1443];
        StorageContent.Seeded(200_000, 5).Read(0, content);
        Assert.That(before[(pair.PayloadOffset + 5)..].SequenceEqual(content), Is.True, "plaintext before the card");
        Assert.That(after[(pair.PayloadOffset + 5)..].IndexOf(content.AsSpan(0, 8)), Is.Negative, "ciphertext behind it");
    }

    [Test]
    public void Pair_ExplicitNonce_IsTheSameOnBothSides()
    {
        BeforeAfterPair pair = CompareRun.Execute(new() { Content = StorageContent.Seeded(50_000, 5), Version = TlsVersion.Tls12 }, ["inline"]).Pair!;

        ReadOnlySpan<byte> before = pair.Before.Span[pair.PayloadOffset..];
        Assert.That(before[..13].SequenceEqual<byte>([23, 3, 3, 0x40, 0x18, 0, 0, 0, 0, 0, 0, 0, 1]), Is.True, "16408 = 8 + 16384 + 16, nonce 1, as on slide 23 of the talk");
        Assert.That(pair.After.Span.Slice(pair.PayloadOffset, 13).SequenceEqual(before[..13]), Is.True);
    }

    [Test, Combinatorial]
    public void K_FramesAreLost_GrowsByThemAndByWhatTheModelPredicts(
        [Values] TxStrategy strategy, [Values("inline", "inline-copy")] string id, [Values(16384, 3000)] int record)
    {
        PathResult result = PathTests.Run(id, new() { Loss = 0.02, Reorder = 0.01, Strategy = strategy, RecordPayload = record, SegmentationOffload = false });

        Assert.That(result.P, Is.GreaterThan(0.01));
        Assert.That(result.Counters[MemoryTraffic.ReplayRead], Is.EqualTo(result.PredictedReplayBytes), "what the list of sent ranges must have cost");
        Assert.That(result.Counters[MemoryTraffic.NicRead], Is.EqualTo(result.StreamBytes + result.BytesAgain));
        int copied = id == "inline" ? 0 : 2;
        // What is sent by software is loaded and stored by the processor; the two strategies that leave nothing to software have none of it.
        double software = result.PerByte(MemoryTraffic.CpuRead) + result.PerByte(MemoryTraffic.CpuWrite) - copied;
        Assert.That(software, strategy is TxStrategy.Reposition or TxStrategy.Rebuild ? Is.LessThan(0.001) : Is.Positive);
        Assert.That(result.K, Is.EqualTo(1 + copied + 1 + result.Expansion + result.P + result.Delta + software).Within(0.01).Percent);
    }

    [TestCase("inline")]
    [TestCase("inline-copy")]
    public void Limit_MoreThanTwoPercentSentAgain_ConnectionLeavesTheCardAndStaysOut(string id)
    {
        PathResult result = PathTests.Run(id, new() { Content = StorageContent.Seeded(3_000_000, 5), Loss = 0.05, RetransmitLimitPercent = 2 });

        Assert.That(result.P, Is.GreaterThan(0.02));
        Assert.That(result.LeftCardFor, Is.EqualTo("Retransmits"));
        Assert.That(result.PerByte(MemoryTraffic.CpuRead), Is.GreaterThan(id == "inline" ? 0.3 : 1.3), "from then on the processor encrypts");
        Assert.That(result.WireSha256, Is.EqualTo(PathTests.Run("ktls-nt", new() { Content = StorageContent.Seeded(3_000_000, 5) }).WireSha256));
    }

    [Test]
    public void Wire_FramesAreLost_IsTheSameAsWithoutLoss()
    {
        PathResult lossless = PathTests.Run("ktls-nt", new());

        PathResult lossy = PathTests.Run("inline", new() { Loss = 0.02 });

        Assert.That(lossy.WireSha256, Is.EqualTo(lossless.WireSha256));
    }

    private static int PseudoHeader(ReadOnlySpan<byte> frame) => Sum(frame[26..Tcp], 6 + frame.Length - Tcp);

    /// <summary>Ones' complement sum of 16-bit words, RFC 1071 §1.</summary>
    private static int Sum(ReadOnlySpan<byte> bytes, int start)
    {
        int sum = start;
        for (int i = 0; i + 1 < bytes.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        if (bytes.Length % 2 != 0) sum += bytes[^1] << 8;
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return sum;
    }
}
