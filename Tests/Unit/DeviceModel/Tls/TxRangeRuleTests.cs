using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>
/// Rows of the transmit truth table about the range mode. Records of the stream: 0, 129, 198, 227; end 316. Each begins with 13 bytes of header
/// and explicit nonce and ends with 16 of tag.
/// </summary>
[TestFixture]
public sealed class TxRangeRuleTests : TxRuleBench
{
    protected override TxMode Mode => TxMode.Range;

    [Test]
    public void T74_WholeRecord_HasItsTag([Values(0, 1, 2, 3)] int record)
    {
        (int offset, int length, _) = Stream.Records[record];

        CheckSent("T74", offset, length, 0);

        Assert.That(Count(TlsCounter.TxRecords), Is.EqualTo(1));
    }

    [Test]
    public void T75_FromABlockStart_NothingElseIsFetched([Values(13, 29, 93, 109)] int offset)
    {
        CheckSent("T75", offset, 113 - offset, 0);

        Assert.That((Count(TlsCounter.TxOneShots), Count(TlsCounter.TxWasteBytes), Count(TlsCounter.TxRecords)), Is.EqualTo((1UL, 0UL, 0UL)));
    }

    [Test]
    public void T76_WithinABlock_TheBytesBeforeAreWaste([Values(1, 7, 15)] int skip)
    {
        CheckSent("T76", 45, 60, skip);

        Assert.That((Count(TlsCounter.TxWasteBytes), Count(TlsCounter.TxEncryptedBytes)), Is.EqualTo(((ulong)skip, 60UL - (ulong)skip)));
    }

    [Test]
    public void T77_EndOfARecord_IsMadeFromTheWhole([Values(0, 1, 5, 13, 64, 113)] int skip)
    {
        CheckSent("T77", 0, 129, skip);

        Assert.That(Count(TlsCounter.TxWasteBytes), Is.EqualTo((ulong)skip));
    }

    [Test]
    public void T78_FromTheHeader_FramingGoesOutAsItIs([Values(1, 5, 13, 14, 113)] int length, [Values(0, 3, 12)] int skip) =>
        CheckSent("T78", 0, length, Math.Min(skip, length - 1));

    [TestCase(0, 114)]
    [TestCase(0, 128)]
    [TestCase(13, 116)]
    [TestCase(109, 5)]
    [TestCase(109, 20)]
    [TestCase(125, 4)]
    public void T79_ReachesTheTagWithoutTheRecord_IsRefused(int offset, int length) => CheckRefusedRange("T79", offset, length, 0);

    [Test]
    public void T80_PartOfATag_IsRefused([Values(114, 120, 128)] int skip) => CheckRefusedRange("T80", 0, 129, skip);

    [Test]
    public void T81_OffABoundary_IsRefused([Values(1, 5, 12, 14, 28, 30, 100)] int offset) => CheckRefusedRange("T81", offset, 5, 0);

    [TestCase(0, 17, 16)]
    [TestCase(13, 50, 16)]
    [TestCase(13, 100, 99)]
    public void T82_MoreWasteThanNeeded_IsRefused(int offset, int length, int skip) => CheckRefusedRange("T82", offset, length, skip);

    [TestCase(0u, 0u, 0u)]
    [TestCase(13u, 20u, 20u)]
    [TestCase(13u, 20u, 21u)]
    [TestCase(0u, 130u, 0u)]
    [TestCase(129u, 1u, 0u)]
    [TestCase(uint.MaxValue, 1u, 0u)]
    [TestCase(13u, uint.MaxValue, 0u)]
    [TestCase(uint.MaxValue, uint.MaxValue, uint.MaxValue)]
    public void T83_NoRangeOfTheRecord_IsRefused(uint offset, uint length, uint skip)
    {
        TxStatus status = Fixture.Engine.Range(Handle, 0, EngineFixture.PositionOf(Stream, 0), new TxWindow(offset, length, skip), ref Slot);

        CheckNone("T83", status, [], 0);
    }

    [TestCase(0)]
    [TestCase(59)]
    [TestCase(61)]
    public void T84_DataOfAnotherLength_IsRefused(int length)
    {
        Range(0, 60, 0);
        byte[] bytes = Stream.Plain.AsSpan(0, length).ToArray();

        TxStatus status = Fixture.Engine.Protect(Handle, 0, Stream.Sequence(0), bytes, ref Slot);

        CheckNone("T84", status, bytes, 0);
    }

    [Test]
    public void T85_HeaderThatIsNotAllowed_IsRefused()
    {
        TxPosition good = EngineFixture.PositionOf(Stream, 0);
        TxPosition[] bad = [good with { ContentType = 99 }, good with { HeaderVersion = 0x0302 }, good with { LengthField = 23 }, good with { LengthField = 65535 }];

        foreach (TxPosition position in bad)
        {
            CheckNone("T85", Fixture.Engine.Range(Handle, 0, position, new TxWindow(0, 20, 0), ref Slot), [], 0);
        }
    }

    [Test]
    public void T86_BytesThatDiffer_AreRefused([Values(0, 4, 5, 12)] int at, [Values(40, 129)] int length)
    {
        Range(0, length, 0);
        byte[] bytes = Stream.Plain.AsSpan(0, length).ToArray();
        bytes[at] ^= at == 0 ? (byte)1 : (byte)0x10;

        TxStatus status = Fixture.Engine.Protect(Handle, 0, Stream.Sequence(0), bytes, ref Slot);

        CheckNone("T86", status, bytes, 0);
    }

    [Test]
    public void T87_WithoutRange_ThereIsNoPlace()
    {
        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, 0, 129);

        CheckNone("T87", status, bytes, 0);
        Assert.That(Fixture.Send(Handle, Stream, 0, 0).Status, Is.EqualTo(TxStatus.Ok), "a packet without payload needs none");
    }

    [Test]
    public void T88_BehindRange_OnlyItsDataMayCome()
    {
        ulong tracked = Fixture.InstallTx(Key, Stream);
        ulong other = Fixture.InstallTx(Key, Stream, mode: TxMode.Range);
        TlsEngine engine = Fixture.Engine;
        TxPosition position = EngineFixture.PositionOf(Stream, 0);
        Func<TxStatus>[] descriptors =
        [
            () => engine.Range(Handle, 0, position, new TxWindow(0, 129, 0), ref Slot),
            () => engine.Position(tracked, 0, position, ref Slot),
            () => Fixture.Replay(Handle, 0, Stream.Plain.AsSpan(0, 10), ref Slot),
            () => engine.Break(ref Slot),
            () => Fixture.Send(other, Stream, 0, 129, ref Slot).Status,
        ];

        foreach (Func<TxStatus> run in descriptors)
        {
            Range(0, 129, 0);
            CheckNone("T88", run(), [], 0);
        }
    }

    [Test]
    public void T89_AnyRecord_InAnyOrder()
    {
        foreach (int record in new[] { 3, 0, 2, 0, 1 })
        {
            CheckSent("T89", Stream.Records[record].Offset, Stream.Records[record].Length, 0);
        }

        Assert.That((Count(TlsCounter.TxRecords), Count(TlsCounter.TxTagsAgain)), Is.EqualTo((1UL, 4UL)), "a lower number than one sealed before counts as again");
        RecordStream last = LastRecord();
        ulong handle = Fixture.InstallTx(last, mode: TxMode.Range);
        for (int i = 0; i < 3; i++)
        {
            Assert.That(Fixture.SendRange(handle, last, 0, last.Length, 0, ref Slot), Is.EqualTo((TxStatus.Ok, last.Wire)));
        }
    }

    [Test]
    public void T90_AnotherQueue_IsRefused()
    {
        TxStatus status = Fixture.Engine.Range(Handle, 1, EngineFixture.PositionOf(Stream, 0), new TxWindow(0, 129, 0), ref Slot);

        CheckNone("T90", status, [], 0);
    }

    [Test]
    public void Update_RangeContext_HasNoPlaceToMove()
    {
        TlsCommandStatus status = Fixture.Engine.UpdateTx(Handle, Stream.Sequence(198), 7);

        Assert.That(status, Is.EqualTo(TlsCommandStatus.BadState));
    }

    private ulong Count(TlsCounter counter) => Fixture.Engine.CountersOf(Handle)[counter];

    private void Range(int from, int length, int skip) => Assert.That(
        Fixture.Engine.Range(Handle, 0, EngineFixture.PositionOf(Stream, from), new TxWindow((uint)from, (uint)length, (uint)skip), ref Slot), Is.EqualTo(TxStatus.Ok));

    private void CheckSent(string id, int from, int length, int skip)
    {
        (TxStatus status, byte[] bytes) = Fixture.SendRange(Handle, Stream, from, length, skip, ref Slot);

        CheckAll(id, status, bytes, from + skip);
        Assert.That(Head(), Is.EqualTo(Stream.Sequence(from + length)), "a note of where the last request ended");
    }

    private void CheckRefusedRange(string id, int offset, int length, int skip)
    {
        (TxStatus status, byte[] bytes) = Fixture.SendRange(Handle, Stream, offset, length, skip, ref Slot);

        CheckNone(id, status, bytes, 0);
    }
}
