using NicEmu.Spec.Events;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>The receive queue of the native interface, without TLS.</summary>
internal sealed class ReceiveRingTests
{
    [Test]
    public void Frame_BufferPosted_IsDeliveredWithItsCompletion()
    {
        NativeBench bench = Ready(buffers: 2, length: 2048);
        byte[] frame = Broadcast(60);

        bench.Link.Inject(frame);

        byte[] completion = bench.RxCompletion(0, 0);
        Assert.That(bench.Host.At(NativeBench.Data, 60).ToArray(), Is.EqualTo(frame));
        Assert.That(completion[..12], Is.EqualTo(new byte[] { 0xC0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0 }), "cookie, length, hash");
        Assert.That(completion[12] & 0x60, Is.EqualTo(0x40), "broadcast, not multicast");
        Assert.That(completion[16..20], Is.EqualTo(new byte[] { 0, 0, 0, 0 }), "NOT_TLS, no reason, no record, OK");
        Assert.That(completion[40..44], Is.EqualTo(new byte[] { 1, 0, 0, 0 }), "head");
        Assert.That(BitConverter.ToUInt64(completion, 48), Is.EqualTo((ulong)(bench.Loop.NowPs / 1000)), "arrival in nanoseconds");
        Assert.That(completion[60..], Is.EqualTo(new byte[] { 0, 0, 0, 0x80 }));
        Assert.That(bench.Errors, Is.Empty);
    }

    [Test]
    public void Completion_Written_AfterTheFrameAndStatusWordLast()
    {
        NativeBench bench = Ready(buffers: 1, length: 2048);
        bench.Host.Calls.Clear();

        bench.Link.Inject(Broadcast(60));

        Assert.That(bench.Host.Calls, Is.EqualTo(new[]
        {
            ('W', NativeBench.Data, 60),
            ('W', NativeBench.RxCompletions, 60),
            ('W', NativeBench.RxCompletions + 60, 4),
        }));
    }

    [Test]
    public void Frame_NoBuffer_IsDroppedAndCounted()
    {
        NativeBench bench = Ready(buffers: 1, length: 2048);
        bench.Link.Inject(Broadcast(60));

        bench.Link.Inject(Broadcast(60));

        Assert.That(bench.Read(0, 0x1030), Is.EqualTo(1u), "STAT_RX_NO_BUFFER");
        Assert.That(bench.RxCompletion(0, 1), Is.All.Zero);
    }

    [Test]
    public void Frame_BufferTooSmall_IsLostAndSaysSo()
    {
        NativeBench bench = Ready(buffers: 1, length: 64);

        bench.Link.Inject(Broadcast(65));

        byte[] completion = bench.RxCompletion(0, 0);
        Assert.That(completion[19], Is.EqualTo(2), "BUFFER_TOO_SMALL");
        Assert.That(completion[4..8], Is.All.Zero);
        Assert.That(bench.Host.At(NativeBench.Data, 65).ToArray(), Is.All.Zero, "nothing was written");
        Assert.That(bench.Read(0, 0x1038), Is.EqualTo(1u), "STAT_RX_TOO_LONG");
    }

    [Test]
    public void Frame_BufferExactlyFits_IsDelivered()
    {
        NativeBench bench = Ready(buffers: 1, length: 64);

        bench.Link.Inject(Broadcast(64));

        Assert.That(bench.RxCompletion(0, 0)[19], Is.Zero);
    }

    [Test]
    public void Frame_BufferUnmapped_CompletesWithDmaFault()
    {
        NativeBench bench = Ready(buffers: 1, length: 2048, address: ulong.MaxValue - 30);

        bench.Link.Inject(Broadcast(60));

        Assert.That(bench.RxCompletion(0, 0)[19], Is.EqualTo(1), "DMA_FAULT");
        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.DmaFault }));
    }

    [TestCase(0u)]
    [TestCase(63u)]
    [TestCase(65536u)]
    [TestCase(uint.MaxValue)]
    public void Buffer_LengthOutOfRange_ComesBackAtOnce(uint length)
    {
        NativeBench bench = Ready(buffers: 1, length: length);

        Assert.That(bench.RxCompletion(0, 0)[19], Is.EqualTo(4), "DESCRIPTOR_MALFORMED");
        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.DescriptorMalformed }));
    }

    [Test]
    public void CompletionRing_Full_DropsFrames()
    {
        NativeBench bench = Ready(buffers: 16, length: 2048, log2: 4, completionLog2: 3);
        for (int i = 0; i < 9; i++)
        {
            bench.Link.Inject(Broadcast(60));
        }

        Assert.That(bench.Read(0, 0x602C), Is.EqualTo(8u), "exactly the capacity");
        Assert.That(bench.Read(0, 0x1030), Is.EqualTo(1u));
        bench.Doorbell(0, 0x14, 1);
        bench.Link.Inject(Broadcast(60));
        Assert.That(bench.Read(0, 0x602C), Is.EqualTo(9u));
    }

    [Test]
    public void Disable_BuffersPosted_AreFlushed()
    {
        NativeBench bench = Ready(buffers: 3, length: 2048);

        bench.Write(0, 0x600C, 0);
        bench.Run(NativeBench.Millisecond);

        Assert.That(bench.Read(0, 0x6010), Is.Zero);
        for (uint i = 0; i < 3; i++)
        {
            Assert.That(bench.RxCompletion(0, i)[19], Is.EqualTo(3), "FLUSHED");
            Assert.That(bench.RxCompletion(0, i)[0], Is.EqualTo(0xC0 + i));
        }
    }

    [Test]
    public void RxEnable_Off_TakesNothingIn()
    {
        NativeBench bench = Ready(buffers: 1, length: 2048);
        bench.Write(0, 0x0008, 1);

        bench.Link.Inject(Broadcast(60));

        Assert.That(bench.RxCompletion(0, 0), Is.All.Zero);
    }

    [Test]
    public void Mtu_OutOfRange_KeepsTheOldValue()
    {
        NativeBench bench = Ready(buffers: 1, length: 2048);

        foreach (uint mtu in (uint[])[67, 9001, 0xFFFF])
        {
            bench.Write(0, 0x0404, mtu);
            Assert.That(bench.Read(0, 0x0404), Is.EqualTo(1500u));
        }

        bench.Write(0, 0x0404, 68);
        Assert.That(bench.Read(0, 0x0404), Is.EqualTo(68u));
        bench.Write(0, 0x0404, 9000);
        Assert.That(bench.Read(0, 0x0404), Is.EqualTo(9000u));
    }

    [Test]
    public void Filter_OwnAddressRegister_DecidesWhoIsTakenIn()
    {
        NativeBench bench = Ready(buffers: 2, length: 2048);
        bench.Write(0, 0x0408, 0x4433_2202);
        bench.Write(0, 0x040C, 0x6655);
        byte[] frame = Broadcast(60);
        ((byte[])[0x02, 0x22, 0x33, 0x44, 0x55, 0x66]).CopyTo(frame, 0);

        bench.Link.Inject(frame);
        frame[5] = 0x67;
        bench.Link.Inject(frame);

        Assert.That(bench.Read(0, 0x1018), Is.EqualTo(1u), "STAT_RX_FRAMES");
        Assert.That(bench.Read(0, 0x1028), Is.EqualTo(1u), "STAT_RX_FILTERED");
    }

    private static NativeBench Ready(uint buffers, uint length, ulong? address = null, int log2 = 3, int completionLog2 = 4)
    {
        var bench = new NativeBench();
        bench.EnableRx(log2: log2, completionLog2: completionLog2);
        for (uint i = 0; i < buffers; i++)
        {
            bench.RxBuffer(0, i, address ?? (NativeBench.Data + (0x800 * i)), length, 0xC0 + i);
        }

        bench.Doorbell(0, 0x10, buffers);
        bench.Run(NativeBench.Millisecond);
        return bench;
    }

    private static byte[] Broadcast(int length)
    {
        var frame = new byte[length];
        for (int i = 0; i < length; i++)
        {
            frame[i] = (byte)(0x30 + i);
        }

        frame.AsSpan(0, 6).Fill(0xFF);
        frame[6] = 0x02;
        frame[12] = 0x88;
        frame[13] = 0xB5;
        return frame;
    }
}
