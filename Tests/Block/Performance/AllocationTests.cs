using NicEmu.Cli.Bench;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Block.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Performance;

/// <summary>The paths of a packet allocate nothing once they are warm: what they use lies in pools and state objects.</summary>
internal sealed class AllocationTests
{
    private const int Mss = 1448;
    private const int Records = 24;
    private const int RecordContent = 16383;

    // More than a millisecond of the wire's time, so that a beat of the firmware's health counter falls into it.
    private const int Chains = 96;

    [TestCase(TlsCipher.Aes128Gcm)]
    [TestCase(TlsCipher.Aes256Gcm)]
    [TestCase(TlsCipher.ChaCha20Poly1305)]
    public void TransmitPath_Steady_AllocatesNothing(TlsCipher cipher)
    {
        using var path = new TransmitPath(cipher);
        SendAll(path);

        long allocated = AllocatedBy(() => SendAll(path));

        Assert.That(allocated, Is.Zero, "bytes");
        Assert.That(path.Frames, Is.EqualTo(2 * Chains * 46), "4 · (5 + 16384 + 16) bytes at an MSS of 1448");
        Assert.That(path.WireBytes, Is.EqualTo(2L * Chains * ((4 * 16405) + (46 * 66))), "and 66 bytes of headers each");
    }

    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm)]
    [TestCase(TlsVersion.Tls13, TlsCipher.Aes256Gcm)]
    [TestCase(TlsVersion.Tls13, TlsCipher.ChaCha20Poly1305)]
    public void ReceivePath_OfferedFlowInSteadyState_AllocatesNothing(TlsVersion version, TlsCipher cipher)
    {
        var oracle = new RecordOracle(version, cipher);
        byte[][] frames = Cut(oracle.Stream([.. Enumerable.Repeat(RecordContent, Records)], 0).Wire);
        using var path = new ReceivePath();
        path.Install(oracle, new TcpFrame());
        path.Receive(frames.AsSpan(0, frames.Length / 2));

        long allocated = AllocatedBy(() => path.Receive(frames.AsSpan(frames.Length / 2)));

        Assert.That(allocated, Is.Zero, "bytes");
        Assert.That(path.Decrypted, Is.EqualTo(frames.Length));
    }

    [Test]
    public void ReceivePath_FlowWithoutContext_AllocatesNothing()
    {
        byte[][] frames = Cut(RecordOracle.Pattern(Records * RecordContent, 0));
        using var path = new ReceivePath();
        path.Receive(frames.AsSpan(0, frames.Length / 2));

        long allocated = AllocatedBy(() => path.Receive(frames.AsSpan(frames.Length / 2)));

        Assert.That(allocated, Is.Zero, "bytes");
        Assert.That(path.Frames, Is.EqualTo(frames.Length));
        Assert.That(path.Decrypted, Is.Zero);
    }

    /// <summary>Bytes that the calling thread allocates in a step.</summary>
    private static long AllocatedBy(Action step)
    {
        // A collection that another thread brings about would count what is left of this thread's allocation buffer.
        Assert.That(GC.TryStartNoGCRegion(1 << 20), Is.True);
        try
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            step();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        finally
        {
            GC.EndNoGCRegion();
        }
    }

    private static void SendAll(TransmitPath path)
    {
        for (int sent = 0; sent < Chains; sent += 8)
        {
            path.Send(8);
        }
    }

    private static byte[][] Cut(byte[] stream)
    {
        var frames = new List<byte[]>();
        for (int at = 0; at < stream.Length; at += Mss)
        {
            frames.Add(new TcpFrame { Sequence = new TcpFrame().Sequence + (uint)at, Payload = stream[at..Math.Min(stream.Length, at + Mss)] }.Build());
        }

        return [.. frames];
    }
}
