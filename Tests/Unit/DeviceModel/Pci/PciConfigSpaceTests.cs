using NicEmu.Tests.Block.Native;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Pci;

/// <summary>Configuration space against PCI 3.0 §6, PCI power management 1.2 §3 and PCIe 5.0 §7.5; all bytes typed by hand.</summary>
internal sealed class PciConfigSpaceTests
{
    private static readonly byte[] PowerOn = Convert.FromHexString(
        "1D4E017C" + "00001000" + "01000002" + "00000000" // identity, command, status, revision 1, class 020000
        + "04000000" + "00000000" + "04000000" + "00000000" // BAR 0/1, 2/3: 64-bit memory
        + "04000000" + "00000000" + "00000000" + "1D4E017C" // BAR 4/5, CardBus, subsystem
        + "00000000" + "40000000" + "00000000" + "00000000" // ROM, capabilities at 0x40, interrupt line and pin
        + "01500300" + "08000000" + "00000000" + "00000000" // 0x40 power management, no soft reset
        + "11602000" + "04000000" + "04100000" + "00000000" // 0x50 MSI-X: 33 vectors, table BAR 4 + 0, PBA BAR 4 + 0x1000
        + "10000200" + "01800010" + "10280000" + "84000000" // 0x60 PCI Express endpoint v2, FLR, link x8 16 GT/s
        + "00008410" + "00000000" + "00000000" + "00000000"
        + "00000000" + "10000000" + "00000000" + "1E000000"
        + "04000000" + "00000000" + "00000000" + "00000000"
        + new string('0', 2 * 96));

    [Test]
    public void PowerOn_AllBytes_AreTheManuals()
    {
        var bench = new NativeBench(withFirmware: false, start: false);

        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)bench.Config(i, 1))];

        Assert.That(bytes, Is.EqualTo(PowerOn));
    }

    [TestCase(0, 0xFFFE_0004u, TestName = "Sizing_Bar0_128KiB")]
    [TestCase(2, 0xFFFF_0004u, TestName = "Sizing_Bar2_64KiB")]
    [TestCase(4, 0xFFFF_E004u, TestName = "Sizing_Bar4_8KiB")]
    public void Sizing_Bar_ReadsTheSize(int bar, uint low)
    {
        var bench = new NativeBench(withFirmware: false, start: false);

        bench.Config(0x10 + (4 * bar), 0xFFFF_FFFF, 4);
        bench.Config(0x14 + (4 * bar), 0xFFFF_FFFF, 4);

        Assert.That(bench.Config(0x10 + (4 * bar)), Is.EqualTo(low));
        Assert.That(bench.Config(0x14 + (4 * bar)), Is.EqualTo(0xFFFF_FFFF));
    }

    [Test]
    public void Command_AllOnes_KeepsOnlyWritableBits()
    {
        var bench = new NativeBench(withFirmware: false, start: false);

        bench.Config(0x04, 0xFFFF, 2);

        Assert.That(bench.Config(0x04, 2), Is.EqualTo(0x0546u), "no I/O space, no special cycles");
    }

    [Test]
    public void Extended_Space_ReadsZeroAndPastTheEndOnes()
    {
        var bench = new NativeBench(withFirmware: false, start: false);

        Assert.That(bench.Config(0x100), Is.Zero, "no extended capability");
        Assert.That(bench.Config(0xFFC), Is.Zero);
        Assert.That(bench.Config(0x1000), Is.EqualTo(0xFFFF_FFFF));
        Assert.That(bench.Config(-4), Is.EqualTo(0xFFFF_FFFF));
    }

    [Test]
    public void Access_Unaligned_ReadsOnesAndWritesNothing()
    {
        var bench = new NativeBench(withFirmware: false, start: false);

        bench.Config(0x05, 0xFFFF, 2);

        Assert.That(bench.Config(0x02, 4), Is.EqualTo(0xFFFF_FFFF));
        Assert.That(bench.Config(0x04, 2), Is.Zero);
        Assert.That(bench.Errors, Is.All.EqualTo(NicEmu.Spec.Events.GuestErrorCode.UnalignedAccess));
    }

    [Test]
    public void PowerState_D3Hot_SilencesTheFunctionAndD0Wakes()
    {
        var bench = new NativeBench();

        bench.Config(0x44, 3, 2);
        uint asleep = bench.Read(0, 0x0000);
        bench.Config(0x44, 1, 2);
        uint stillAsleep = bench.Config(0x44, 2);
        bench.Config(0x44, 0, 2);

        Assert.That(asleep, Is.EqualTo(0xFFFF_FFFF));
        Assert.That(stillAsleep, Is.EqualTo(0x000Bu), "D1 is not supported: the write changes nothing");
        Assert.That(bench.Read(0, 0x0000), Is.EqualTo(0x5443_494Eu), "no soft reset: everything is as it was");
    }

    [Test]
    public void FunctionLevelReset_Initiated_ClearsConfigurationAndReadsZero()
    {
        var bench = new NativeBench();

        bench.Config(0x68, 0x8000 | 0x2810, 2);

        Assert.That(bench.Config(0x68, 2), Is.EqualTo(0x2810u), "Initiate FLR reads zero");
        Assert.That(bench.Config(0x04, 2), Is.Zero, "memory and bus mastering are off");
        bench.Config(0x04, 6, 2);
        Assert.That(bench.Read(0, 0x0010), Is.EqualTo(2u), "DEV_EPOCH counts resets");
    }
}
