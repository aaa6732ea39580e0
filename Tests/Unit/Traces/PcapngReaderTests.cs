using System.Buffers.Binary;
using CsCheck;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces;

public sealed class PcapngReaderTests
{
    private static readonly byte[] Sample = MakeSample();

    [Test]
    public void TryRead_WhatTheWriterWrote_ComesBack()
    {
        using var reader = new PcapngReader(new MemoryStream(Sample));

        List<PcapngPacket> packets = ReadAll(reader);

        Assert.That(reader.UserApplication, Is.EqualTo("NicEmu 0.1.0"));
        Assert.That(reader.Interfaces.Select(i => (i.Name, i.LinkType)), Is.EqualTo(new[] { ("nic0-wire", 1), ("nic0-device", 147) }));
        Assert.That(reader.Secrets, Has.Count.EqualTo(1));
        Assert.That(reader.Secrets[0].Type, Is.EqualTo(0x544C534Bu));
        Assert.That(reader.Secrets[0].Data.ToArray(), Is.EqualTo("SECRET 1 2\n"u8.ToArray()));
        Assert.That(packets, Has.Count.EqualTo(3));
        Assert.That(packets[0].Interface.Name, Is.EqualTo("nic0-wire"));
        Assert.That(packets[0].TimeNs, Is.EqualTo(1_234_567_890_123));
        Assert.That(packets[0].Direction, Is.EqualTo(PacketDirection.Outbound));
        Assert.That(packets[0].Comment, Is.EqualTo("context 7"));
        Assert.That(packets[0].Data.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5 }));
        Assert.That(packets[0].OriginalLength, Is.EqualTo(5));
        Assert.That(packets[1].Interface.Name, Is.EqualTo("nic0-device"));
        Assert.That(packets[1].OriginalLength, Is.EqualTo(103));
        Assert.That(packets[2].Direction, Is.EqualTo(PacketDirection.Inbound));
        Assert.That(packets[2].Comment, Is.Null);
    }

    [Test]
    public void TryRead_CutAtEveryByte_GivesWholeBlocksThenNamesTheOffset()
    {
        int[] ends = BlockEnds(Sample);
        for (int length = 0; length < Sample.Length; length++)
        {
            using var reader = new PcapngReader(new MemoryStream(Sample, 0, length));
            int blockStart = ends.Where(end => end <= length).DefaultIfEmpty(0).Max();

            if (length > 0 && blockStart == length)
            {
                Assert.That(() => ReadAll(reader), Throws.Nothing);
            }
            else
            {
                TraceFormatException? error = Assert.Throws<TraceFormatException>(() => ReadAll(reader));
                Assert.That(error!.Offset, Is.EqualTo(blockStart));
                Assert.That(error.Message, Does.Contain($"offset {blockStart}"));
            }
        }
    }

    [Test]
    public void TryRead_BigEndianSection_ReadsAlike()
    {
        byte[] file = Convert.FromHexString(
            "0A0D0D0A" + "0000001C" + "1A2B3C4D" + "0001" + "0000" + "FFFFFFFFFFFFFFFF" + "0000001C" +
            "00000001" + "00000014" + "0093" + "0000" + "00000000" + "00000014" +
            "00000006" + "00000024" + "00000000" + "00000001" + "00000002" + "00000003" + "00000003" + "AABBCC00" + "00000024");
        using var reader = new PcapngReader(new MemoryStream(file));

        List<PcapngPacket> packets = ReadAll(reader);

        Assert.That(packets, Has.Count.EqualTo(1));
        Assert.That(packets[0].Interface.LinkType, Is.EqualTo(147));
        Assert.That(packets[0].TimeNs, Is.EqualTo(((1L << 32) + 2) * 1000), "microseconds are the default resolution");
        Assert.That(packets[0].Data.ToArray(), Is.EqualTo(new byte[] { 0xAA, 0xBB, 0xCC }));
    }

    [Test]
    public void TryRead_SimpleAndObsoleteAndUnknownBlocks_ReadsPacketsAndSkipsTheRest()
    {
        byte[] file = Convert.FromHexString(
            "0A0D0D0A" + "1C000000" + "4D3C2B1A" + "0100" + "0000" + "FFFFFFFFFFFFFFFF" + "1C000000" +
            "01000000" + "14000000" + "0100" + "0000" + "00000000" + "14000000" +
            "05000000" + "10000000" + "12345678" + "10000000" +
            "03000000" + "14000000" + "02000000" + "A1A20000" + "14000000" +
            "02000000" + "24000000" + "0000" + "0000" + "00000000" + "05000000" + "01000000" + "01000000" + "B1000000" + "24000000");
        using var reader = new PcapngReader(new MemoryStream(file));

        List<PcapngPacket> packets = ReadAll(reader);

        Assert.That(packets.Select(p => Convert.ToHexString(p.Data.Span)), Is.EqualTo(new[] { "A1A2", "B1" }));
        Assert.That(packets[1].TimeNs, Is.EqualTo(5000));
    }

    [TestCase("", "empty")]
    [TestCase("D4C3B2A1000000000000000000000000", "section header")]
    [TestCase("0A0D0D0A1C000000FFFFFFFF0100000000000000000000001C000000", "byte order magic")]
    [TestCase("0A0D0D0AFCFFFF7F4D3C2B1A01000000", "length")]
    [TestCase("0A0D0D0A1D0000004D3C2B1A01000000FFFFFFFFFFFFFFFF1C000000", "length")]
    [TestCase("0A0D0D0A1C0000004D3C2B1A02000000FFFFFFFFFFFFFFFF1C000000", "version 2.0")]
    [TestCase("0A0D0D0A1C0000004D3C2B1A01000000FFFFFFFFFFFFFFFF20000000", "two lengths differ")]
    [TestCase("0A0D0D0A1C0000004D3C2B1A01000000FFFFFFFFFFFFFFFF1C000000" + "060000002400000000000000000000000000000000000000000000000000000024000000", "names interface 0")]
    [TestCase("0A0D0D0A1C0000004D3C2B1A01000000FFFFFFFFFFFFFFFF1C000000" + "0A000000140000004B534C54FFFFFFFF14000000", "secrets do not fit")]
    public void TryRead_Hostile_SaysWhy(string hex, string reason)
    {
        using var reader = new PcapngReader(new MemoryStream(Convert.FromHexString(hex)));

        Assert.That(() => ReadAll(reader), Throws.TypeOf<TraceFormatException>().With.Message.Contains(reason));
    }

    [Test]
    public void TryRead_HugeClaimedBlock_AllocatesOnlyWhatTheFileHolds()
    {
        byte[] file = new byte[1000];
        Convert.FromHexString("0A0D0D0A" + "00000001" + "4D3C2B1A").CopyTo(file, 0); // 16 MiB, the limit
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var reader = new PcapngReader(new MemoryStream(file));

        Assert.That(() => ReadAll(reader), Throws.TypeOf<TraceFormatException>());

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [Test]
    public void TryRead_RandomMutations_ThrowsOnlyFormatErrors()
    {
        Gen<(int At, byte Value)[]> mutations = Gen.Select(Gen.Int[0, Sample.Length - 1], Gen.Byte).Array[1, 6];
        Gen.Select(mutations, Gen.Int[0, Sample.Length]).Sample((changes, length) =>
        {
            byte[] file = [.. Sample];
            foreach ((int at, byte value) in changes)
            {
                file[at] = value;
            }

            using var reader = new PcapngReader(new MemoryStream(file, 0, length));
            try
            {
                foreach (PcapngPacket packet in ReadAll(reader))
                {
                    if (packet.Data.Length > file.Length)
                    {
                        return false;
                    }
                }
            }
            catch (TraceFormatException e)
            {
                return e.Offset >= 0 && e.Offset <= length;
            }

            return true;
        });
    }

    [TestCase((byte)6, 5UL, 5000L)]
    [TestCase((byte)9, 5UL, 5L)]
    [TestCase((byte)12, 5999UL, 5L)]
    [TestCase((byte)0, 5UL, 5_000_000_000L)]
    [TestCase((byte)0x8A, 1024UL, 1_000_000_000L)]
    [TestCase((byte)127, ulong.MaxValue, 0L)]
    [TestCase((byte)255, ulong.MaxValue, 0L)]
    public void TryToNanoseconds_Resolution_Converts(byte resolution, ulong ticks, long expected)
    {
        var source = new PcapngInterface("x", 1, resolution, 0);

        Assert.That(source.TryToNanoseconds(ticks, out long timeNs), Is.True);
        Assert.That(timeNs, Is.EqualTo(expected));
    }

    [Test]
    public void TryToNanoseconds_BeyondSixtyFourBits_Refuses()
    {
        var source = new PcapngInterface("x", 1, 0, long.MaxValue);

        Assert.That(source.TryToNanoseconds(ulong.MaxValue, out _), Is.False);
    }

    internal static List<PcapngPacket> ReadAll(PcapngReader reader)
    {
        var packets = new List<PcapngPacket>();
        while (reader.TryRead(out PcapngPacket? packet))
        {
            packets.Add(packet);
        }

        return packets;
    }

    private static byte[] MakeSample()
    {
        var file = new MemoryStream();
        using var writer = new PcapngWriter(file);
        writer.AddInterface("nic0-wire", LinkTypes.Ethernet, "wire");
        writer.AddInterface("nic0-device", LinkTypes.DeviceEvents, "device");
        writer.WriteTlsSecrets("SECRET 1 2\n"u8);
        writer.WritePacket(0, 1_234_567_890_123, PacketDirection.Outbound, [1, 2, 3], [4, 5], "context 7"u8);
        writer.WritePacket(1, 2, PacketDirection.Unknown, [9, 8, 7], omittedBytes: 100);
        writer.WritePacket(0, 3, PacketDirection.Inbound, new byte[60]);
        return file.ToArray();
    }

    private static int[] BlockEnds(byte[] file)
    {
        var ends = new List<int>();
        for (int at = 0; at < file.Length;)
        {
            at += (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 4));
            ends.Add(at);
        }

        return [.. ends];
    }
}
