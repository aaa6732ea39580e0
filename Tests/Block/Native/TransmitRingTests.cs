using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>The transmit queue of the native interface, without TLS.</summary>
internal sealed class TransmitRingTests
{
    [Test]
    public void Tail_Written_NothingHappensYet()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(bench.Frame(0, 60), 60));

        bench.Doorbell(0, 0x00, 1);

        Assert.That(bench.Host.Calls, Is.Empty, "a doorbell records a tail, nothing more");
        Assert.That(bench.Link.Sent, Is.Empty);
    }

    [Test]
    public void Data_OneSegment_IsSentAndCompleted()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        ulong frame = bench.Frame(0, 60);
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(frame, 60, cookie: 0x11223344));

        bench.Doorbell(0, 0x00, 1);
        bench.Run(NativeBench.Millisecond);

        Assert.That(bench.Link.Sent, Has.Count.EqualTo(1));
        Assert.That(bench.Link.Sent[0], Is.EqualTo(bench.Host.At(frame, 60).ToArray()));
        Assert.That(bench.Completion(0, 0), Is.EqualTo(new byte[] { 0x44, 0x33, 0x22, 0x11, 1, 0, 0, 0, 0x00, 0x01, 1, 0, 0, 0, 0, 0x80 }));
        Assert.That(bench.Errors, Is.Empty);
    }
}
