using System.Buffers.Binary;
using NicEmu.Board.Links;
using NicEmu.Board.Time;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board;

public sealed class PcapLinkTests
{
    // Classic pcap: magic, version 2.4, zone, accuracy, snap length 65535, link type 1; seconds, fraction, captured, original.
    private static readonly string[] Fields = ["A1B2C3D4", "00020004", "00000000", "00000000", "0000FFFF", "00000001"];

    [TestCase(false, "A1B2C3D4", 500_000L)]
    [TestCase(true, "A1B2C3D4", 500_000L)]
    [TestCase(true, "A1B23C4D", 500_000_000L)]
    public void Replay_ClassicCapture_ArrivesAtRecordedDistance(bool isBigEndian, string magic, long fraction)
    {
        byte[] file = Classic(isBigEndian, magic, (1_700_000_000, fraction, [1, 2, 3], 3), (1_700_000_001, 0, [4, 5], 2));
        var loop = new EventLoop();
        using var link = new PcapLink(loop, CaptureFile.Read(new MemoryStream(file)));
        List<(long, string)> arrived = [];
        link.OnReceived(frame => arrived.Add((loop.NowPs, Convert.ToHexString(frame))));

        link.Start();
        loop.RunUntilIdle(long.MaxValue);

        Assert.That(arrived, Is.EqualTo(new[] { (0L, "010203"), (500_000_000_000L, "0405") }));
        Assert.That((link.IsFinished, link.FramesReplayed), Is.EqualTo((true, 2L)));
    }

    [Test]
    public void Read_FrameCutShort_IsLeftOut()
    {
        byte[] file = Classic(false, "A1B2C3D4", (1, 0, [1, 2, 3], 60), (1, 1, [4], 1));

        Assert.That(CaptureFile.Read(new MemoryStream(file)).Select(f => f.Data.Length), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Read_Pcapng_TakesChosenInterfaceAndDirection()
    {
        using var file = new MemoryStream();
        using (var writer = new PcapngWriter(file, leaveOpen: true))
        {
            int first = writer.AddInterface("one", 1, "");
            int second = writer.AddInterface("two", 1, "");
            writer.WritePacket(first, 1000, PacketDirection.Inbound, [1]);
            writer.WritePacket(second, 2000, PacketDirection.Inbound, [2]);
            writer.WritePacket(second, 3000, PacketDirection.Outbound, [3]);
            writer.WritePacket(second, 4000, PacketDirection.Inbound, [4]);
        }

        file.Position = 0;

        Assert.That(CaptureFile.Read(file, "two", PacketDirection.Inbound).Select(f => (f.TimePs, f.Data.Span[0])), Is.EqualTo(new[] { (0L, (byte)2), (2_000_000L, (byte)4) }));
    }

    [Test]
    public void Read_Truncated_SaysWhere()
    {
        byte[] file = Classic(false, "A1B2C3D4", (1, 0, [1, 2, 3], 3));

        for (int length = 0; length < file.Length; length++)
        {
            // After the 24 bytes of the file header the file is a whole, empty capture.
            Assert.That(
                () => CaptureFile.Read(new MemoryStream(file, 0, length)).Count(),
                length == 24 ? Is.Zero : Throws.InstanceOf<TraceFormatException>(),
                $"{length} bytes");
        }
    }

    private static byte[] Classic(bool isBigEndian, string magic, params (long Seconds, long Fraction, byte[] Data, int Original)[] packets)
    {
        using var file = new MemoryStream();
        Put(Convert.ToUInt32(magic, 16));
        Put16(2);
        Put16(4);
        foreach (string field in Fields.Skip(2))
        {
            Put(Convert.ToUInt32(field, 16));
        }

        foreach ((long seconds, long fraction, byte[] data, int original) in packets)
        {
            Put((uint)seconds);
            Put((uint)fraction);
            Put((uint)data.Length);
            Put((uint)original);
            file.Write(data);
        }

        return file.ToArray();

        void Put(uint value)
        {
            byte[] bytes = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, isBigEndian ? BinaryPrimitives.ReverseEndianness(value) : value);
            file.Write(bytes);
        }

        void Put16(ushort value)
        {
            byte[] bytes = new byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, isBigEndian ? BinaryPrimitives.ReverseEndianness(value) : value);
            file.Write(bytes);
        }
    }
}
