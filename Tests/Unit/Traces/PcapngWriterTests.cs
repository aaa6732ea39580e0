using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces;

/// <summary>Block layouts of draft-ietf-opsawg-pcapng §4, byte by byte.</summary>
public sealed class PcapngWriterTests
{
    private const string SectionHeader =
        "0A0D0D0A" + "30000000" + "4D3C2B1A" + "0100" + "0000" + "FFFFFFFFFFFFFFFF" + // type, length, magic, version 1.0, section length unknown
        "0400" + "0C00" + "4E6963456D7520302E312E30" + // shb_userappl "NicEmu 0.1.0"
        "00000000" + "30000000";

    private const string Interface =
        "01000000" + "38000000" + "0100" + "0000" + "00000000" + // type, length, link type Ethernet, no snap length
        "0200" + "0900" + "6E6963302D77697265" + "000000" + // if_name "nic0-wire"
        "0300" + "0200" + "5758" + "0000" + // if_description "WX"
        "0900" + "0100" + "09" + "000000" + // if_tsresol 10^-9
        "00000000" + "38000000";

    [Test]
    public void Constructor_AnyStream_WritesSectionHeader()
    {
        var file = new MemoryStream();

        using var writer = new PcapngWriter(file);

        Assert.That(Convert.ToHexString(file.ToArray()), Is.EqualTo(SectionHeader));
    }

    [Test]
    public void AddInterface_Ethernet_WritesInterfaceDescription()
    {
        var file = new MemoryStream();
        using var writer = new PcapngWriter(file);

        int number = writer.AddInterface("nic0-wire", LinkTypes.Ethernet, "WX");

        Assert.That(number, Is.Zero);
        Assert.That(Convert.ToHexString(file.ToArray()), Is.EqualTo(SectionHeader + Interface));
    }

    [Test]
    public void WritePacket_CommentAndDirection_WritesEnhancedPacketWithOptions()
    {
        var file = new MemoryStream();
        using var writer = new PcapngWriter(file);
        writer.AddInterface("nic0-wire", LinkTypes.Ethernet, "WX");

        writer.WritePacket(0, 0x0102_0304_0506_0708, PacketDirection.Outbound, [0x11, 0x22, 0x33], [0x44, 0x55], "ctx 7"u8, omittedBytes: 4);

        Assert.That(Convert.ToHexString(file.ToArray()), Is.EqualTo(SectionHeader + Interface +
            "06000000" + "40000000" + "00000000" + "04030201" + "08070605" + "05000000" + "09000000" + // interface 0, time high, time low, captured 5, original 9
            "1122334455" + "000000" +
            "0100" + "0500" + "6374782037" + "000000" + // opt_comment
            "0200" + "0400" + "02000000" + // epb_flags: outbound
            "00000000" + "40000000"));
    }

    [Test]
    public void WritePacket_NothingToSay_WritesNoOptions()
    {
        var file = new MemoryStream();
        using var writer = new PcapngWriter(file);
        writer.AddInterface("nic0-wire", LinkTypes.Ethernet, "WX");

        writer.WritePacket(0, 1, PacketDirection.Unknown, [0xA1, 0xB2, 0xC3, 0xD4]);

        Assert.That(Convert.ToHexString(file.ToArray()), Is.EqualTo(SectionHeader + Interface +
            "06000000" + "24000000" + "00000000" + "00000000" + "01000000" + "04000000" + "04000000" + "A1B2C3D4" + "24000000"));
    }

    [Test]
    public void WriteTlsSecrets_KeyLog_WritesDecryptionSecrets()
    {
        var file = new MemoryStream();
        using var writer = new PcapngWriter(file);

        writer.WriteTlsSecrets("CR 1\n"u8);

        Assert.That(Convert.ToHexString(file.ToArray()), Is.EqualTo(SectionHeader +
            "0A000000" + "1C000000" + "4B534C54" + "05000000" + "435220310A" + "000000" + "1C000000"));
    }

    [Test]
    public void WritePacket_UnknownInterface_Throws()
    {
        using var writer = new PcapngWriter(new MemoryStream());

        Assert.That(() => writer.WritePacket(0, 0, PacketDirection.Unknown, [1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void WritePacket_ManyAfterTheFirst_AllocatesNothing()
    {
        using var writer = new PcapngWriter(Stream.Null);
        writer.AddInterface("nic0-wire", LinkTypes.Ethernet, "WX");
        byte[] frame = new byte[1500];
        writer.WritePacket(0, 0, PacketDirection.Outbound, frame, comment: "warm"u8);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
        {
            writer.WritePacket(0, i, PacketDirection.Outbound, frame, comment: "again"u8);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1000));
    }

    [Test]
    public void Dispose_LeaveOpen_LeavesStreamOpen()
    {
        var file = new MemoryStream();

        new PcapngWriter(file, leaveOpen: true).Dispose();

        Assert.That(file.CanWrite, Is.True);
    }
}
