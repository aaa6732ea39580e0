using NicEmu.Board.Links;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board;

/// <summary>The frame that holds the end of a record's header, however the stream is cut.</summary>
public sealed class RecordHeaderMatchTests
{
    private const uint Initial = 0xFFFF_FFF0; // the sequence number wraps within the stream

    // Records of 3, 40 and 50 bytes: headers end at stream bytes 5, 13 and 58.
    private static readonly byte[] Stream = [.. Record(3), .. Record(40), .. Record(50)];

    [Test]
    public void IsIn_TwoSegmentsCutAnywhere_MatchesTheOneWithTheHeadersLastByte([Range(1, 107)] int cut)
    {
        var match = new RecordHeaderMatch(2, 0);
        Assert.That(match.IsIn(Syn()), Is.False);

        bool first = match.IsIn(Segment(0, cut));
        bool second = match.IsIn(Segment(cut, Stream.Length));

        Assert.That((first, second), Is.EqualTo((cut >= 58, cut < 58)));
    }

    [Test]
    public void IsIn_ByteByByte_MatchesOnceForEachRecord([Values(0, 1, 2)] int record)
    {
        var match = new RecordHeaderMatch(record, 0);
        match.IsIn(Syn());

        IEnumerable<int> matches = Enumerable.Range(0, Stream.Length).Where(i => match.IsIn(Segment(i, i + 1)));

        Assert.That(matches, Is.EqualTo(new[] { new[] { 4, 12, 57 }[record] }));
    }

    [TestCase(0, 4)]
    [TestCase(3, 4)]
    [TestCase(4, 12)]
    [TestCase(40, 12)]
    [TestCase(41, 57)]
    [TestCase(51, -1)]
    public void IsIn_LeastLength_ShorterRecordsDoNotCount(int leastLength, int expected)
    {
        var match = new RecordHeaderMatch(0, leastLength);
        match.IsIn(Syn());

        List<int> matches = [.. Enumerable.Range(0, Stream.Length).Where(i => match.IsIn(Segment(i, i + 1)))];

        Assert.That(matches, Is.EqualTo(expected < 0 ? Array.Empty<int>() : [expected]));
    }

    [Test]
    public void IsIn_Retransmission_IsIgnored()
    {
        var match = new RecordHeaderMatch(1, 0);
        match.IsIn(Syn());
        match.IsIn(Segment(0, 8));
        bool original = match.IsIn(Segment(8, 20));

        bool again = match.IsIn(Segment(8, 20));
        bool older = match.IsIn(Segment(0, 20));
        bool repeatedSyn = match.IsIn(Syn());

        Assert.That((original, again, older, repeatedSyn), Is.EqualTo((true, false, false, false)));
    }

    [Test]
    public void IsIn_OtherStream_IsIgnored()
    {
        var match = new RecordHeaderMatch(0, 0);
        match.IsIn(Syn());

        bool other = match.IsIn(Frame(40001, Initial + 1, 0x18, Stream));
        bool ours = match.IsIn(Segment(0, 8));

        Assert.That((other, ours), Is.EqualTo((false, true)));
    }

    [Test]
    public void IsIn_BeforeSynOrNotTcp_IsIgnored()
    {
        var match = new RecordHeaderMatch(0, 0);

        Assert.That(match.IsIn(Segment(0, 8)), Is.False);
        Assert.That(match.IsIn([]), Is.False);
        Assert.That(match.IsIn(new byte[60]), Is.False);
    }

    private static byte[] Record(byte length) => [23, 3, 3, 0, length, .. Enumerable.Repeat((byte)23, length)];

    private static byte[] Syn() => Frame(40000, Initial, 0x02, []);

    private static byte[] Segment(int start, int end) => Frame(40000, unchecked(Initial + 1 + (uint)start), 0x18, Stream.AsSpan(start, end - start));

    private static byte[] Frame(ushort source, uint sequence, byte flags, ReadOnlySpan<byte> payload) =>
        Traces.TestFrames.Tcp(Traces.TestFrames.ClientIpv4, Traces.TestFrames.ServerIpv4, source, 4433, sequence, 1, flags, payload);
}
