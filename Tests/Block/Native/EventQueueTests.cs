using NicEmu.Spec.Events;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>The event queue: entries, overrun, arming, refusal.</summary>
internal sealed class EventQueueTests
{
    [Test]
    public void Link_GoesDown_WritesAnEntry()
    {
        var bench = new NativeBench();
        bench.EnableEvents();

        bench.Link.SetUp(false);
        long when = bench.Loop.NowPs;
        int immediately = bench.Host.Calls.Count;
        bench.Run(NativeBench.Millisecond / 10);

        byte[] entry = bench.Host.At(NativeBench.EventRing, 32).ToArray();
        Assert.That(immediately, Is.Zero);
        Assert.That(entry[..16], Is.EqualTo(new byte[] { 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }), "LINK_CHANGED, 0 = down");
        Assert.That(BitConverter.ToUInt64(entry, 16), Is.EqualTo((ulong)(when / 1000)));
        Assert.That(entry[24..], Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0x80 }));
        Assert.That(bench.Host.Calls.Select(static c => c.Length), Is.EqualTo(new[] { 28, 4 }), "the last word is written last");
        Assert.That(bench.Read(0, 0x0510), Is.EqualTo(1u), "PRODUCER");
        Assert.That(bench.Read(0, 0x0410), Is.Zero, "PORT_LINK");
        Assert.That(bench.Read(0, 0x000C) & 2, Is.Zero, "DEV_STATUS.LINK_UP");
    }

    [Test]
    public void Ring_Full_LosesEventsAndSaysOverrun()
    {
        var bench = new NativeBench();
        bench.EnableEvents();
        for (int i = 0; i < 8; i++)
        {
            bench.Link.SetUp(i % 2 != 0);
        }

        bench.Run(NativeBench.Millisecond / 10);
        uint full = bench.Read(0, 0x0510);
        bench.Link.SetUp(false);
        bench.Run(NativeBench.Millisecond / 10);
        uint overrun = bench.Read(0, 0x0510);
        bench.Write(0, 0x0510, 0x8000_0000);

        Assert.That(full, Is.EqualTo(8u), "exactly the capacity, no overrun");
        Assert.That(overrun, Is.EqualTo(0x8000_0008u));
        Assert.That(bench.Read(0, 0x0510), Is.EqualTo(8u), "OVERRUN is cleared by a one");
    }

    [TestCase(0x0500ul, 0x10ul)]
    [TestCase(0x0508ul, 2ul)]
    [TestCase(0x0508ul, 16ul)]
    public void Enable_BadConfiguration_IsRefused(ulong register, ulong value)
    {
        var bench = new NativeBench();
        bench.Write(0, 0x0508, 3);
        bench.Write(0, register, value);

        bench.Write(0, 0x050C, 1);

        Assert.That(bench.Read(0, 0x050C), Is.Zero);
        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.QueueConfiguration }));
    }

    [TestCase(1u)]
    [TestCase(uint.MaxValue)]
    public void Consumer_OutOfRange_IsReportedAndNotKept(uint index)
    {
        var bench = new NativeBench();
        bench.EnableEvents();

        bench.Write(0, 0x0514, index);

        Assert.That(bench.Read(0, 0x0514), Is.Zero);
        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.ConsumerIndex }));
    }

    [Test]
    public void Entry_RingUnmapped_IsLostAndTheDeviceGoesOn()
    {
        var bench = new NativeBench();
        bench.Write(0, 0x0500, 0x10_0000, 8);
        bench.Write(0, 0x0508, 3);
        bench.Write(0, 0x050C, 1);

        bench.Link.SetUp(false);
        bench.Run(NativeBench.Millisecond / 10);

        Assert.That(bench.Read(0, 0x0510) >> 31, Is.EqualTo(1u));
        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.DmaFault }));
    }
}
