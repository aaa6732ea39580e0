using System.Buffers.Binary;
using NicEmu.Driver.Kernel;
using NicEmu.Net;
using NicEmu.Spec.Core;
using NicEmu.Tests.Block.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Kernel;

/// <summary>What is joined and what is not; IPv4 with 20-byte headers: Ethernet to 14, IP to 34, TCP to 54.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReceiveCoalescerTests
{
    private const ulong Context = 7;
    private const int Mark = 3;

    private readonly ReceiveCoalescer _coalescer = new();

    [Test]
    public void Join_SegmentsInOrder_AreOneFrame()
    {
        byte[] first = Segment(1000, 100);

        bool held = _coalescer.TryHold(first, RxVerdict.Decrypted, Context, Mark);
        bool joined = _coalescer.TryJoin(Segment(1100, 100), RxVerdict.Decrypted, Context) && _coalescer.TryJoin(Segment(1200, 30, flags: 0x18), RxVerdict.Decrypted, Context);
        int segments = _coalescer.Take(out ReadOnlySpan<byte> frame, out int mark);

        byte[] whole = [.. first[..54], .. Payload(1000, 230)];
        BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(16), 20 + 20 + 230);
        whole.AsSpan(24, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(24), InternetChecksum.Compute(whole.AsSpan(14, 20)));
        whole[47] = 0x18;
        Assert.That((held, joined, segments, mark), Is.EqualTo((true, true, 3, Mark)));
        Assert.That(frame.ToArray(), Is.EqualTo(whole));
        Assert.That(_coalescer.Take(out _, out _), Is.Zero, "it is taken once");
    }

    [Test]
    public void Hold_OneSegment_ComesBackByteForByte()
    {
        byte[] frame = Segment(1000, 100);

        _coalescer.TryHold(frame, RxVerdict.NotTls, 0, 0);

        Assert.That(_coalescer.Take(out ReadOnlySpan<byte> taken, out _), Is.EqualTo(1));
        Assert.That(taken.ToArray(), Is.EqualTo(frame));
    }

    [TestCase(RxVerdict.NotDecrypted, Context, TestName = "Join_AnotherVerdict_IsRefused")]
    [TestCase(RxVerdict.ResyncRequest, Context, TestName = "Join_ResyncRequest_IsRefused")]
    [TestCase(RxVerdict.AuthenticationFailed, Context, TestName = "Join_WrongTag_IsRefused")]
    [TestCase(RxVerdict.NotTls, 0ul, TestName = "Join_NoContext_IsRefused")]
    [TestCase(RxVerdict.Decrypted, Context + 1, TestName = "Join_AnotherContext_IsRefused")]
    public void Join_AnotherWordOfTheCard_IsRefused(RxVerdict verdict, ulong context)
    {
        _coalescer.TryHold(Segment(1000, 100), RxVerdict.Decrypted, Context, Mark);

        Assert.That(_coalescer.TryJoin(Segment(1100, 100), verdict, context), Is.False);
        Assert.That(_coalescer.Segments, Is.EqualTo(1), "what is held stays");
    }

    [TestCase(RxVerdict.ResyncRequest)]
    [TestCase(RxVerdict.AuthenticationFailed)]
    public void Hold_WordAboutAPlace_IsRefused(RxVerdict verdict) => Assert.That(_coalescer.TryHold(Segment(1000, 100), verdict, Context, 0), Is.False);

    [TestCase(0, TestName = "Join_AnotherMac_IsRefused")]
    [TestCase(15, TestName = "Join_AnotherTypeOfService_IsRefused")]
    [TestCase(20, TestName = "Join_AnotherFragmentFlag_IsRefused")]
    [TestCase(22, TestName = "Join_AnotherTimeToLive_IsRefused")]
    [TestCase(29, TestName = "Join_AnotherSource_IsRefused")]
    [TestCase(33, TestName = "Join_AnotherDestination_IsRefused")]
    [TestCase(35, TestName = "Join_AnotherSourcePort_IsRefused")]
    [TestCase(37, TestName = "Join_AnotherDestinationPort_IsRefused")]
    [TestCase(41, TestName = "Join_NotContiguous_IsRefused")]
    [TestCase(45, TestName = "Join_AnotherAcknowledgment_IsRefused")]
    [TestCase(49, TestName = "Join_AnotherWindow_IsRefused")]
    [TestCase(53, TestName = "Join_UrgentPointer_IsRefused")]
    public void Join_HeaderThatDiffers_IsRefused(int at)
    {
        _coalescer.TryHold(Segment(1000, 100), RxVerdict.NotTls, 0, 0);
        byte[] next = Segment(1100, 100);
        next[at] ^= 1;

        Assert.That(_coalescer.TryJoin(next, RxVerdict.NotTls, 0), Is.False);
    }

    [TestCase(18, TestName = "Join_AnotherIdentification_IsJoined")]
    [TestCase(24, TestName = "Join_AnotherHeaderChecksum_IsJoined")]
    [TestCase(50, TestName = "Join_AnotherTcpChecksum_IsJoined")]
    public void Join_FieldOfEachPacket_IsJoined(int at)
    {
        _coalescer.TryHold(Segment(1000, 100), RxVerdict.NotTls, 0, 0);
        byte[] next = Segment(1100, 100);
        next[at] ^= 1;

        Assert.That(_coalescer.TryJoin(next, RxVerdict.NotTls, 0), Is.True);
    }

    [TestCase((byte)0x11, TestName = "Segment_Fin_IsForTheStack")]
    [TestCase((byte)0x14, TestName = "Segment_Reset_IsForTheStack")]
    [TestCase((byte)0x12, TestName = "Segment_Syn_IsForTheStack")]
    [TestCase((byte)0x30, TestName = "Segment_Urgent_IsForTheStack")]
    [TestCase((byte)0x50, TestName = "Segment_EcnEcho_IsForTheStack")]
    [TestCase((byte)0x90, TestName = "Segment_WindowReduced_IsForTheStack")]
    [TestCase((byte)0x00, TestName = "Segment_WithoutAck_IsForTheStack")]
    public void Segment_OtherFlags_IsForTheStack(byte flags)
    {
        bool heldAlone = _coalescer.TryHold(Segment(1000, 100, flags), RxVerdict.NotTls, 0, 0);
        _coalescer.TryHold(Segment(1000, 100), RxVerdict.NotTls, 0, 0);

        Assert.That((heldAlone, _coalescer.TryJoin(Segment(1100, 100, flags), RxVerdict.NotTls, 0)), Is.EqualTo((false, false)));
    }

    [Test]
    public void Segment_WithoutPayload_IsForTheStack() => Assert.That(_coalescer.TryHold(Segment(1000, 0), RxVerdict.NotTls, 0, 0), Is.False);

    [TestCase(100, (byte)0x18, TestName = "Join_BehindPush_IsRefused")]
    [TestCase(99, (byte)0x10, TestName = "Join_BehindAShortSegment_IsRefused")]
    public void Join_BehindAnEnd_IsRefused(int length, byte flags)
    {
        _coalescer.TryHold(Segment(1000, 100), RxVerdict.NotTls, 0, 0);
        _coalescer.TryJoin(Segment(1100, length, flags), RxVerdict.NotTls, 0);

        Assert.That(_coalescer.TryJoin(Segment(1100 + (uint)length, 50), RxVerdict.NotTls, 0), Is.False);
    }

    [Test]
    public void Join_LongerSegment_IsRefused()
    {
        _coalescer.TryHold(Segment(1000, 100), RxVerdict.NotTls, 0, 0);

        Assert.That(_coalescer.TryJoin(Segment(1100, 101), RxVerdict.NotTls, 0), Is.False);
    }

    [Test]
    public void Join_UpToTheLongestPacket_AndNotBeyond()
    {
        const int Length = 1448;
        uint next = 0xFFFF_8000;
        _coalescer.TryHold(Segment(next, Length), RxVerdict.NotTls, 0, 0);

        int joined = 1;
        while (_coalescer.TryJoin(Segment(next += Length, Length), RxVerdict.NotTls, 0)) joined++;

        Assert.That(joined, Is.EqualTo((65535 - 40) / Length));
        _coalescer.Take(out ReadOnlySpan<byte> frame, out _);
        Assert.That(frame.Length, Is.EqualTo(54 + (joined * Length)));
    }

    [Test, Combinatorial]
    public void Join_TagsExtensionsAndOptions_CountOnlyWhereTheyAreTheSame([Values] bool ipv6, [Values] bool tagged, [Values(0, 1)] byte difference)
    {
        TcpFrame first = Frame(1000, 100) with { Ipv6 = ipv6, Vlan = tagged ? [(0x8100, 5)] : [], TcpOptions = [1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 1] };
        TcpFrame second = first with { Sequence = 1100, Payload = Payload(1100, 100), TcpOptions = [1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, (byte)(1 + difference)] };

        bool held = _coalescer.TryHold(first.Build(), RxVerdict.Decrypted, Context, Mark);
        bool joined = _coalescer.TryJoin(second.Build(), RxVerdict.Decrypted, Context);
        _coalescer.Take(out ReadOnlySpan<byte> frame, out _);

        Assert.That((held, joined), Is.EqualTo((true, difference == 0)));
        TcpFrame whole = first with { Payload = Payload(1000, joined ? 200 : 100) };
        Assert.That(WithoutChecksum(frame, first), Is.EqualTo(WithoutChecksum(whole.Build(), first)));
    }

    [Test]
    public void Hold_PacketWithIpOptions_IsRefused([Values] bool ipv6) =>
        Assert.That(_coalescer.TryHold((Frame(1000, 100) with { Ipv6 = ipv6, IpOptions = 8 }).Build(), RxVerdict.NotTls, 0, 0), Is.False);

    [TestCase(10)]
    [TestCase(53)]
    public void Hold_TruncatedFrame_IsRefused(int length) => Assert.That(_coalescer.TryHold(Segment(1000, 100).AsSpan(0, length), RxVerdict.NotTls, 0, 0), Is.False);

    private static byte[] Segment(uint sequence, int length, byte flags = 0x10) => (Frame(sequence, length) with { Flags = flags }).Build();

    private static TcpFrame Frame(uint sequence, int length) => new() { Sequence = sequence, Payload = Payload(sequence, length), Flags = 0x10 };

    private static byte[] WithoutChecksum(ReadOnlySpan<byte> frame, TcpFrame like)
    {
        byte[] bytes = frame.ToArray();
        bytes.AsSpan(like.L4Offset + 16, 2).Clear();
        return bytes;
    }

    private static byte[] Payload(uint sequence, int length) => [.. Enumerable.Range(0, length).Select(i => (byte)((sequence + (uint)i) * 7))];
}
