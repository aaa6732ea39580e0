using NicEmu.Board.Time;
using NicEmu.DeviceModel;
using NicEmu.Firmware;
using NicEmu.Spec.Events;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>Snapshots: saving changes nothing, a restored device is the saved one, at every event of a scenario.</summary>
internal sealed class SnapshotTests
{
    [Test]
    public void Save_RestoreSave_IsIdenticalAtEveryEvent()
    {
        var bench = new NativeBench();
        Begin(bench);
        int events = 0;
        while (bench.Loop.NextDeadlinePs < 3 * NativeBench.Millisecond)
        {
            bench.Loop.RunNext();
            events++;
            DeviceSnapshot saved = bench.Device.Save();
            NicDevice copy = Copy(bench, saved, new EventLoop());

            Assert.That(copy.Save().Hardware.AsSpan().SequenceEqual(saved.Hardware.AsSpan()), $"event {events}");
            Assert.That(copy.Inspect().ToString(), Is.EqualTo(bench.Device.Inspect().ToString()), $"event {events}");
        }

        Assert.That(events, Is.GreaterThanOrEqualTo(8));
    }

    [Test]
    public void Restore_IntoTheSameDevice_TheRestOfTheRunIsUnchanged()
    {
        var straight = new NativeBench();
        Begin(straight);
        straight.Run(NativeBench.Millisecond);
        for (int at = 1; at < 10; at++)
        {
            var bench = new NativeBench();
            Begin(bench);
            long end = bench.Loop.NowPs + NativeBench.Millisecond;
            for (int i = 0; i < at; i++)
            {
                bench.Loop.RunNext();
            }

            bench.Device.Restore(bench.Device.Save());
            bench.Run(end - bench.Loop.NowPs);

            Assert.That(bench.Host.Calls, Is.EqualTo(straight.Host.Calls), $"after event {at}");
            Assert.That(bench.Link.Sent, Is.EqualTo(straight.Link.Sent), $"after event {at}");
        }
    }

    [Test]
    public void Restore_DeviceWithoutFirmware_Throws()
    {
        var bench = new NativeBench();
        var other = new NativeBench(withFirmware: false);

        Assert.That(() => other.Device.Restore(bench.Device.Save()), Throws.ArgumentException);
    }

    private static NicDevice Copy(NativeBench bench, DeviceSnapshot saved, EventLoop loop)
    {
        var copy = new NicDevice(loop, bench.Host, null, new TraceSource(loop, 0));
        copy.InternalBus.Attach(new FirmwareImage(copy.InternalBus, loop));
        copy.AttachLink(new Core.CaptureLink());
        copy.Restore(saved);
        return copy;
    }

    private static void Begin(NativeBench bench)
    {
        bench.EnableEvents();
        bench.Write(0, 0x0518, 0);
        bench.EnableTx(completionLog2: 3);
        bench.EnableRx();
        bench.Doorbell(0, 0x08, 0);
        for (uint i = 0; i < 4; i++)
        {
            bench.RxBuffer(0, i, NativeBench.Data + 0x10_0000 + (0x800 * i), 2048, i);
        }

        ulong frame = bench.Frame(0, 1400);
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(frame, 700, flags: 2));
        bench.Descriptor(0, 1, NativeBench.DataDescriptor(frame + 700, 700));
        bench.Descriptor(0, 2, NativeBench.BareDescriptor(0x17));
        bench.Descriptor(0, 3, NativeBench.DataDescriptor(frame, 700, flags: 2));
        bench.Doorbell(0, 0x10, 4);
        bench.Doorbell(0, 0x00, 4);
        bench.Write(0, 0x0140, 0x1234_5678);
        bench.Write(0, 0x0100, 0xC000_0001);
    }
}
