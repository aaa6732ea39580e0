using NicEmu.Spec.Events;
using NicEmu.Tests.Block.Native;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Pci;

/// <summary>MSI-X (PCI 3.0 §6.8.2) and moderation, driven through the event queue: its vector is 0.</summary>
internal sealed class MsixTableTests
{
    [Test]
    public void Vector_Unmasked_SendsItsMessage()
    {
        NativeBench bench = Armed();

        LinkDown(bench);

        Assert.That(bench.Host.Interrupts, Has.Count.EqualTo(1));
        Assert.That(bench.Host.Interrupts[0].Vector, Is.Zero);
        Assert.That(bench.Host.Interrupts[0].Message.Address, Is.EqualTo(0xFEE0_0000ul));
        Assert.That(bench.Host.Interrupts[0].Message.Data, Is.EqualTo(0xA0u));
    }

    [Test]
    public void Vector_Masked_IsPendingAndDeliveredOnUnmask()
    {
        NativeBench bench = Armed();
        bench.Write(4, 12, 1);

        LinkDown(bench);
        ulong pending = bench.Read(4, 0x1000, 8);
        bench.Write(4, 12, 0);
        int beforeEvent = bench.Host.Interrupts.Count;
        bench.Run(1);

        Assert.That(pending, Is.EqualTo(1ul));
        Assert.That(beforeEvent, Is.Zero, "a register write sends nothing itself");
        Assert.That(bench.Host.Interrupts, Has.Count.EqualTo(1));
        Assert.That(bench.Read(4, 0x1000, 8), Is.Zero);
    }

    [Test]
    public void Function_Masked_HoldsAllVectors()
    {
        NativeBench bench = Armed();
        bench.Config(0x52, 0xC000, 2);

        LinkDown(bench);
        int masked = bench.Host.Interrupts.Count;
        bench.Config(0x52, 0x8000, 2);
        bench.Run(1);

        Assert.That(masked, Is.Zero);
        Assert.That(bench.Host.Interrupts, Has.Count.EqualTo(1));
    }

    [Test]
    public void Function_Disabled_LosesTheInterrupt()
    {
        NativeBench bench = Armed();
        bench.Config(0x52, 0x0000, 2);

        LinkDown(bench);

        Assert.That(bench.Host.Interrupts, Is.Empty);
        Assert.That(bench.Read(4, 0x1000, 8), Is.Zero);
    }

    [TestCase(1)]
    [TestCase(2)]
    public void Table_NarrowAccess_IsRefused(int width)
    {
        var bench = new NativeBench(withFirmware: false);

        bench.Write(4, 8, 0, width);

        Assert.That(bench.Read(4, 8, width), Is.EqualTo((1ul << (8 * width)) - 1));
        Assert.That(bench.Read(4, 8), Is.EqualTo(0xA0u));
        Assert.That(bench.Errors, Is.All.EqualTo(GuestErrorCode.UnalignedAccess));
    }

    [Test]
    public void Table_LastEntry_IsThereAndNothingAfterIt()
    {
        var bench = new NativeBench(withFirmware: false);

        Assert.That(bench.Read(4, (16 * 32) + 8), Is.EqualTo(0xA0u + 32));
        Assert.That(bench.Errors, Is.Empty);
        Assert.That(bench.Read(4, 16 * 33), Is.EqualTo(0xFFFF_FFFFu));
        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.UnknownRegister }));
    }

    [Test]
    public void PendingBits_Written_AreNotChanged()
    {
        var bench = new NativeBench(withFirmware: false);

        bench.Write(4, 0x1000, 0xFF, 8);

        Assert.That(bench.Read(4, 0x1000, 8), Is.Zero);
        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.IllegalWrite }));
    }

    [Test]
    public void Moderation_Interval_HoldsTheSecondInterrupt()
    {
        NativeBench bench = Armed();
        bench.Write(0, 0x0900, 100);

        LinkDown(bench);
        bench.Write(0, 0x0514, 1);
        bench.Write(0, 0x0518, 1);
        bench.Link.SetUp(true);
        bench.Run(50 * 1_000_000);
        int early = bench.Host.Interrupts.Count;
        bench.Run(100 * 1_000_000);

        Assert.That(early, Is.EqualTo(1), "100 µs have not passed");
        Assert.That(bench.Host.Interrupts, Has.Count.EqualTo(2));
        Assert.That(bench.Host.Interrupts[1].TimePs - bench.Host.Interrupts[0].TimePs, Is.GreaterThanOrEqualTo(100 * 1_000_000));
    }

    [Test]
    public void BusMaster_Off_LosesTheInterruptAndSaysSo()
    {
        NativeBench bench = Armed();
        LinkDown(bench, run: false);
        bench.Run(150_000);
        bench.Config(0x04, 0x0002, 2);

        bench.Run(NativeBench.Millisecond / 10);

        Assert.That(bench.Host.Interrupts, Is.Empty);
        Assert.That(bench.Errors, Does.Contain(GuestErrorCode.NotBusMaster));
    }

    private static NativeBench Armed()
    {
        var bench = new NativeBench();
        bench.EnableEvents();
        bench.Write(0, 0x0518, 0);
        return bench;
    }

    private static void LinkDown(NativeBench bench, bool run = true)
    {
        bench.Link.SetUp(false);
        if (run)
        {
            bench.Run(NativeBench.Millisecond / 100);
        }
    }
}
