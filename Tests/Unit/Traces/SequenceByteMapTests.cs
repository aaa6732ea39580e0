using CsCheck;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces;

public sealed class SequenceByteMapTests
{
    [Test]
    public void Add_InOrder_ReportsNothing()
    {
        var map = new SequenceByteMap();

        map.Add(TestFrames.Data(1000, [1, 2, 3]), 1);
        map.Add(TestFrames.Data(1003, [4, 5]), 2);

        Assert.That(map.Retransmissions, Is.Empty);
        Assert.That(map.AllIdentical, Is.True);
        Assert.That(map.Bytes, Is.EqualTo(5));
    }

    [Test]
    public void Add_SameBytesAgain_ReportsIdenticalRange()
    {
        var map = new SequenceByteMap();
        map.Add(TestFrames.Data(1000, [1, 2, 3, 4]), 1);

        map.Add(TestFrames.Data(1001, [2, 3]), 7);

        Assert.That(map.Retransmissions, Has.Count.EqualTo(1));
        Assert.That(map.Retransmissions[0], Is.EqualTo(new RetransmittedRange(map.Retransmissions[0].Flow, 1001, 2, 7, null)));
        Assert.That(map.Retransmissions[0].Flow.ToString(), Is.EqualTo("10.0.0.1:40000 > 10.0.0.2:4433"));
        Assert.That(map.AllIdentical, Is.True);
    }

    [Test]
    public void Add_OtherBytes_NamesTheFirstThatDiffers()
    {
        var map = new SequenceByteMap();
        map.Add(TestFrames.Data(1000, [1, 2, 3, 4]), 1);

        map.Add(TestFrames.Data(1000, [1, 2, 9, 9]), 2);

        Assert.That(map.Retransmissions[0].FirstDifference, Is.EqualTo(1002));
        Assert.That(map.Retransmissions[0].IsIdentical, Is.False);
        Assert.That(map.AllIdentical, Is.False);
    }

    [Test]
    public void Add_OldAndNewAndOld_ReportsTwoRanges()
    {
        var map = new SequenceByteMap();
        map.Add(TestFrames.Data(1000, [1, 2]), 1);
        map.Add(TestFrames.Data(1004, [5, 6]), 2);

        map.Add(TestFrames.Data(1000, [1, 2, 3, 4, 5, 9]), 3);

        Assert.That(map.Retransmissions.Select(r => (r.Start, r.Length, r.FirstDifference)), Is.EqualTo(new (uint, int, uint?)[] { (1000, 2, null), (1004, 2, 1005) }));
        Assert.That(map.Bytes, Is.EqualTo(6));
    }

    [Test]
    public void Add_AcrossTheWrap_ComparesTheSameBytes()
    {
        var map = new SequenceByteMap();
        map.Add(TestFrames.Data(0xFFFF_FFFE, [1, 2, 3, 4]), 1);

        map.Add(TestFrames.Data(0, [3, 7]), 2);

        Assert.That(map.Retransmissions[0].Start, Is.Zero);
        Assert.That(map.Retransmissions[0].FirstDifference, Is.EqualTo(1));
    }

    [Test]
    public void Add_OtherDirectionAndOtherPort_AreSeparate()
    {
        var map = new SequenceByteMap();
        map.Add(TestFrames.Data(1000, [1]), 1);

        map.Add(TestFrames.Tcp(TestFrames.ServerIpv4, TestFrames.ClientIpv4, 4433, 40000, 1000, 1, 0x18, [2]), 2);
        map.Add(TestFrames.Tcp(TestFrames.ClientIpv4, TestFrames.ServerIpv4, 40001, 4433, 1000, 1, 0x18, [3]), 3);

        Assert.That(map.Retransmissions, Is.Empty);
    }

    [Test]
    public void Add_NewSyn_StartsAnew()
    {
        var map = new SequenceByteMap();
        map.Add(Syn(999), 1);
        map.Add(TestFrames.Data(1000, [1]), 2);

        map.Add(Syn(999), 3);
        map.Add(TestFrames.Data(1000, [1]), 4);
        map.Add(Syn(500), 5);
        map.Add(TestFrames.Data(1000, [2]), 6);

        Assert.That(map.Retransmissions.Select(r => r.TimeNs), Is.EqualTo(new long[] { 4 }), "the repeated SYN is the same connection, the other one is new");
    }

    [Test]
    public void Add_BeforeTheFirstSegment_IsKept()
    {
        var map = new SequenceByteMap();
        map.Add(TestFrames.Data(5000, [1]), 1);

        map.Add(TestFrames.Data(10, [2]), 2);
        map.Add(TestFrames.Data(10, [3]), 3);

        Assert.That(map.Retransmissions[0].FirstDifference, Is.EqualTo(10));
    }

    [Test]
    public void Add_FourGigabytesLater_IsNoRetransmission()
    {
        var map = new SequenceByteMap();
        map.Add(TestFrames.Data(0, [1]), 1);
        map.Add(TestFrames.Data(0x6000_0000, [1]), 2);
        map.Add(TestFrames.Data(0xC000_0000, [1]), 3);

        map.Add(TestFrames.Data(0, [2]), 4);

        Assert.That(map.Retransmissions, Is.Empty);
    }

    [Test]
    public void Add_AnySegmentsOfOneStream_AgreesWithAPlainArray()
    {
        const int Length = 20_000;
        Gen.Select(Gen.UInt, Gen.Select(Gen.Int[0, Length - 1], Gen.Int[1, 1400], Gen.Int[0, 3]).Array[1, 60]).Sample((first, segments) =>
        {
            var map = new SequenceByteMap();
            map.Add(TestFrames.Tcp(TestFrames.ClientIpv4, TestFrames.ServerIpv4, 40000, 4433, unchecked(first - 1), 0, 0x02, []), 0);
            byte?[] plain = new byte?[Length];
            int repeated = 0;
            bool identical = true;
            foreach ((int at, int count, int change) in segments)
            {
                byte[] payload = [.. Enumerable.Range(at, Math.Min(count, Length - at)).Select(i => (byte)(i / 7))];
                payload[^1] = (byte)(payload[^1] + (change == 0 ? 1 : 0));
                for (int i = 0; i < payload.Length; i++)
                {
                    if (plain[at + i] is { } known)
                    {
                        repeated++;
                        identical &= known == payload[i];
                    }

                    plain[at + i] ??= payload[i];
                }

                map.Add(TestFrames.Data(unchecked(first + (uint)at), payload), 1);
            }

            return map.AllIdentical == identical && map.Retransmissions.Sum(r => r.Length) == repeated && map.Bytes == plain.Count(b => b is not null);
        });
    }

    [Test]
    public void Add_AnyBytes_NeverThrows()
    {
        byte[] frame = TestFrames.Data(1000, new byte[20]);
        Gen.Select(Gen.Select(Gen.Int[12, frame.Length - 1], Gen.Byte).Array[0, 4], Gen.Int[0, frame.Length]).Sample((changes, length) =>
        {
            byte[] any = [.. frame];
            foreach ((int at, byte value) in changes)
            {
                any[at] = value;
            }

            var map = new SequenceByteMap();
            map.Add(any.AsSpan(0, length), 0);
            return map.Bytes <= length;
        });
    }

    private static byte[] Syn(uint sequence) => TestFrames.Tcp(TestFrames.ClientIpv4, TestFrames.ServerIpv4, 40000, 4433, sequence, 0, 0x02, []);
}
