using NicEmu.Conformance.Oracle;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Conformance.Oracle;

/// <summary>A card's counters against the wire.</summary>
[TestFixture]
public sealed class CardCountsTests
{
    private static readonly WireOracleReport Wire =
        new(3, 900, string.Empty, 100, 0, 0, null) { ProtectedFrames = 10, ProtectedBytes = 1000, Jumps = 2, RepeatedFrames = 1 };

    [TestCase(10u, 1000u, 3u, true, null)]
    [TestCase(9u, 900u, 0u, false, null)]
    [TestCase(9u, 1000u, 0u, true, "tx_tls_encrypted_packets is 9; the wire has 10.")]
    [TestCase(10u, 999u, 0u, true, "tx_tls_encrypted_bytes is 999; the wire has 1000.")]
    [TestCase(10u, 1001u, 0u, false, "tx_tls_encrypted_bytes is 1001; the wire has at most 1000.")]
    [TestCase(10u, 1000u, 4u, true, "tx_tls_ooo is 4; the wire has 2 jumps and 1 repeated frames.")]
    public void Compare_Counters_SaysWhatDiffers(uint packets, uint bytes, uint outOfOrder, bool isAlone, string? expected)
    {
        var counts = new CardCounts(packets, bytes, outOfOrder, isAlone);

        string? difference = counts.Compare(Wire);

        Assert.That(difference, Is.EqualTo(expected));
    }
}
