using System.Buffers.Binary;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Ktls.Strategies;

/// <summary>Requests that stand alone (data-paths §4.1, mlx5 §3.1).</summary>
[TestFixture]
public sealed class RangeStrategyTests
{
    private TxHarness _tx = null!;

    [SetUp]
    public void SetUp()
    {
        _tx = new(new() { Strategy = TxStrategy.Range });
        _tx.Write(3);
    }

    [TearDown]
    public void TearDown() => _tx.Dispose();

    // A record of TLS 1.3: header 5, blocks from 5 on, tag 1006 to 1021.
    [TestCase(0, 1022, "RANGE 7 0+1022, DATA 1022 TLS", TestName = "Transmit_WholeRecord_OneRequest")]
    [TestCase(0, 700, "RANGE 7 0+700, DATA 700 TLS", TestName = "Transmit_FromRecordStart_NoWaste")]
    [TestCase(21, 16, "RANGE 7 21+16, DATA 16 TLS", TestName = "Transmit_AtABlock_NoWaste")]
    [TestCase(36, 1, "RANGE 7 21+16 skip 15, DATA 16 TLS", TestName = "Transmit_LastByteOfABlock_FifteenBytesOfWaste")]
    [TestCase(700, 306, "RANGE 7 693+313 skip 7, DATA 313 TLS", TestName = "Transmit_UpToTheTag_FromTheBlock")]
    [TestCase(700, 322, "RANGE 7 0+1022 skip 700, DATA 1022 TLS", TestName = "Transmit_WithTheTag_TheWholeRecord")]
    [TestCase(1006, 16, "RANGE 7 0+1022 skip 1006, DATA 1022 TLS", TestName = "Transmit_TheTagAlone_TheWholeRecord")]
    [TestCase(3, 2, "RANGE 7 0+5 skip 3, DATA 5 TLS", TestName = "Transmit_InTheHeader_FromItsFirstByte")]
    [TestCase(6, 10, "RANGE 7 5+11 skip 1, DATA 11 TLS", TestName = "Transmit_InTheFirstBlock_FromBehindTheHeader")]
    [TestCase(700, 307, "RANGE 7 693+313 skip 7, DATA 313 TLS, DATA 1", TestName = "Transmit_EndsInTheTag_ThatPartBySoftware")]
    [TestCase(1010, 12, "DATA 12", TestName = "Transmit_RestOfATag_BySoftware")]
    [TestCase(1010, 5, "DATA 5", TestName = "Transmit_PartOfATag_BySoftware")]
    [TestCase(1010, 100, "DATA 12, RANGE 8 0+88, DATA 88 TLS", TestName = "Transmit_RestOfATagAndTheNextRecord_Both")]
    [TestCase(500, 2000, "RANGE 7 0+1022 skip 500, DATA 1022 TLS, RANGE 8 0+1022, DATA 1022 TLS, RANGE 9 0+456, DATA 456 TLS", TestName = "Transmit_ThreeRecords_ThreeRequests")]
    public void Transmit_Range(int offset, int length, string expected)
    {
        _tx.Transmit(offset, length);

        Assert.That(_tx.Log, Is.EqualTo(expected));
    }

    [Test]
    public void Transmit_Again_SameAsTheFirstTime()
    {
        _tx.Transmit(0, 3066);
        _tx.Poster.Log.Clear();

        _tx.Transmit(100, 50);
        _tx.Transmit(100, 50);

        Assert.That(_tx.Log, Is.EqualTo("RANGE 7 85+65 skip 15, DATA 65 TLS, RANGE 7 85+65 skip 15, DATA 65 TLS"));
        Assert.That(_tx.Counters.TxTlsWasteBytes, Is.EqualTo(30));
        Assert.That(_tx.Counters.TxTlsEncryptedBytes, Is.EqualTo(3166), "what is sent, without the waste");
    }

    [Test]
    public void Transmit_Range_DescriptorDescribesTheRecord()
    {
        using var tx = new TxHarness(new() { Strategy = TxStrategy.Range }, TlsVersion.Tls12, TlsCipher.Aes256Gcm);
        tx.Write(1, 600);

        tx.Transmit(100, 529);

        RangeDescriptor range = tx.Poster.Ranges[0];
        Assert.That((range.Handle, range.RecordType, range.LengthField, range.HeaderVersion), Is.EqualTo((TxHarness.Handle, (byte)23, (ushort)624, (ushort)0x0303)));
        Assert.That((range.RecordNumber, range.ExplicitNonce), Is.EqualTo((7UL, 0xE0E1E2E3E4E5E6E7UL)));
        Assert.That((range.Offset, range.Length, range.Skip), Is.EqualTo((0u, 629u, 100u)));
        Assert.That(tx.Poster.Frames[0].Payload, Is.EqualTo(tx.Stream.Bytes[..629]), "the request brings what it skips");
    }

    [Test]
    public void Transmit_Tls12Gcm_BlocksBeginBehindTheExplicitNonce()
    {
        using var tx = new TxHarness(new() { Strategy = TxStrategy.Range }, TlsVersion.Tls12, TlsCipher.Aes128Gcm);
        tx.Write(1, 600);

        tx.Transmit(12, 1);
        tx.Transmit(13 + 20, 4);

        Assert.That(tx.Log, Is.EqualTo("RANGE 7 0+13 skip 12, DATA 13 TLS, RANGE 7 29+8 skip 4, DATA 8 TLS"));
    }

    [Test]
    public void Transmit_ManyPieces_HeadersOfEachFitWhatItSends()
    {
        _tx.Transmit(500, 2000);

        byte[][] headers = [.. _tx.Poster.Frames.Select(static f => f.Headers)];
        Assert.That(headers.Select(h => (int)(BinaryPrimitives.ReadUInt32BigEndian(h.AsSpan(38)) - TxHarness.Start)), Is.EqualTo(new[] { 500, 1022, 2044 }));
        Assert.That(headers.Select(h => BinaryPrimitives.ReadUInt16BigEndian(h.AsSpan(16)) - 40), Is.EqualTo(new[] { 522, 1022, 456 }));
        Assert.That(headers.Select(h => h[47]), Is.EqualTo(new byte[] { 0x10, 0x10, 0x19 }), "PSH and FIN belong to the end");
    }

    // What is cut is what leaves, not what is fetched.
    [TestCase(500, 522, 300, TxOffloads.Tls | TxOffloads.Segmentation)]
    [TestCase(800, 222, 300, TxOffloads.Tls)]
    public void Transmit_Mss_CutsWhatIsSent(int offset, int length, int mss, TxOffloads offloads)
    {
        _tx.Transmit(offset, length, mss);

        Assert.That(_tx.Poster.Frames[0].Offloads, Is.EqualTo(offloads));
    }

    [TestCase(9, true)]
    [TestCase(8, false)]
    public void Transmit_RingWithoutRoomForAllRequests_SoftwareAndNothingElse(int space, bool byCard)
    {
        _tx.Poster.Space = space;

        _tx.Transmit(500, 2000);

        if (byCard) Assert.That(_tx.Poster.Ranges, Has.Count.EqualTo(3));
        else Assert.That(_tx.Log, Is.EqualTo("DATA 2000"), "all or nothing (C190)");
    }

    [Test]
    public void Transmit_FirstRecordAcknowledged_DroppedWhole()
    {
        _tx.Transmit(0, 3066);
        _tx.Session.OnAcknowledged(unchecked(TxHarness.Start + 1022));
        _tx.Poster.Log.Clear();

        TxVerdict verdict = _tx.Transmit(1000, 100);

        Assert.That(verdict, Is.EqualTo(TxVerdict.Drop));
        Assert.That(_tx.Log, Is.Empty);
    }
}
