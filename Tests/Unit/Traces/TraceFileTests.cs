using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces;

public sealed class TraceFileTests
{
    private string _path = string.Empty;

    [SetUp]
    public void SetUp() => _path = Path.GetTempFileName();

    [TearDown]
    public void TearDown() => File.Delete(_path);

    [Test]
    public void Open_Pcapng_GivesEventsOfAllInterfaces()
    {
        byte[] frame = TestFrames.Data(1000, [1, 2]);
        TraceEvent[] events =
        [
            new() { Kind = TraceEventKind.MmioWrite, TimePs = 1_000_500, Address = 0x100, Length = 4, Value = 7 },
            new() { Kind = TraceEventKind.HostFrameSent, TimePs = 2_000_000, Index = 3 },
            new() { Kind = TraceEventKind.FrameSent, TimePs = 3_000_000, Handle = 0x0001_0000_0000_0007, RecordNumber = 5, TcpSequence = 1000 },
            new() { Kind = TraceEventKind.RecordPlaintext, TimePs = 4_000_000, Handle = 0x0001_0000_0000_0007, RecordNumber = 6, Code = 23, Flags = 0 },
            new() { Kind = TraceEventKind.HostFrameReceived, TimePs = 5_000_000, Index = 2, Code = (int)RxVerdict.ResyncRequest, Handle = 0xFFFF_0000_0000_0008, RecordNumber = 9 },
            new() { Kind = TraceEventKind.FrameReceived, TimePs = 6_000_000 },
        ];
        using (var trace = new PcapngTrace(File.Create(_path)))
        {
            foreach (TraceEvent e in events)
            {
                trace.On(e, frame);
            }
        }

        using TraceFile file = TraceFile.Open(_path);

        Assert.That(file.Format, Is.EqualTo(TraceFormat.Pcapng));
        Assert.That(file.ReadAll().Select(e => e.Event), Is.EqualTo(events.Select(e => (TraceEvent?)e)));
    }

    [Test]
    public void Open_PcapngOfAnotherProgram_GivesPacketsWithoutEvents()
    {
        using (var writer = new PcapngWriter(File.Create(_path)))
        {
            writer.AddInterface("eth0", LinkTypes.Ethernet, "someone else's");
            writer.WritePacket(0, long.MaxValue, PacketDirection.Unknown, [1]);
        }

        using TraceFile file = TraceFile.Open(_path);

        TraceEntry entry = file.ReadAll().Single();
        Assert.That(entry.Event, Is.Null);
        Assert.That(entry.TimeNs, Is.EqualTo(long.MaxValue));
    }

    [Test]
    public void Open_JsonLines_GivesEvents()
    {
        using (var trace = new JsonLinesTrace(File.Create(_path), RegisterNames.Native))
        {
            trace.On(new TraceEvent { Kind = TraceEventKind.Reset, Value = 2 }, default);
        }

        using TraceFile file = TraceFile.Open(_path);

        Assert.That(file.Format, Is.EqualTo(TraceFormat.JsonLines));
        Assert.That(file.ReadAll().Single().Event!.Value.Value, Is.EqualTo(2));
    }

    [Test]
    public void Open_ClassicPcap_GivesWireFramesWithNanoseconds()
    {
        byte[] frame = TestFrames.Data(1000, [1, 2]);
        WritePcap(frame);
        byte[] header = File.ReadAllBytes(_path)[..24];

        using TraceFile file = TraceFile.Open(_path);

        // pcap file format: magic of nanosecond files A1B23C4D, version 2.4, snap length, link type 1
        Assert.That(Convert.ToHexString(header), Is.EqualTo("4D3CB2A1" + "0200" + "0400" + "00000000" + "00000000" + "00000400" + "01000000"));
        Assert.That(file.Format, Is.EqualTo(TraceFormat.Pcap));
        TraceEntry[] entries = [.. file.ReadAll()];
        Assert.That(entries.Select(e => (e.TimeNs, e.LinkType, e.OriginalLength)), Is.EqualTo(new[] { (5_000_000_123L, 1, (long)frame.Length), (6_000_000_000L, 1, (long)frame.Length) }));
        Assert.That(entries[0].Data.ToArray(), Is.EqualTo(frame));
    }

    [Test]
    public void Open_ClassicPcapWithMicroseconds_ScalesThem()
    {
        File.WriteAllBytes(_path, Convert.FromHexString(
            "D4C3B2A1" + "0200" + "0400" + "00000000" + "00000000" + "00000400" + "65000000" + // link type 101
            "05000000" + "07000000" + "01000000" + "09000000" + "AB"));

        using TraceFile file = TraceFile.Open(_path);

        TraceEntry entry = file.ReadAll().Single();
        Assert.That((entry.TimeNs, entry.OriginalLength), Is.EqualTo((5_000_007_000L, 9L)));
    }

    [Test]
    public void Open_TruncatedClassicPcap_SaysSoAfterTheWholePackets()
    {
        WritePcap(TestFrames.Data(1000, [1, 2]));
        byte[] whole = File.ReadAllBytes(_path);
        File.WriteAllBytes(_path, whole[..^5]);

        using TraceFile file = TraceFile.Open(_path);

        Assert.That(file.TryRead(out _), Is.True);
        Assert.That(() => file.TryRead(out _), Throws.TypeOf<TraceFormatException>().With.Message.Contains("after packet 1").And.Message.Contains(_path));
    }

    [Test]
    public void Open_HeaderOnlyOfClassicPcapCutOff_Refuses()
    {
        WritePcap(TestFrames.Data(1000, [1, 2]));
        File.WriteAllBytes(_path, File.ReadAllBytes(_path)[..20]);

        Assert.That(() => TraceFile.Open(_path), Throws.TypeOf<TraceFormatException>().With.Message.Contains(_path));
    }

    [Test]
    public void Open_MissingFile_NamesIt()
    {
        Assert.That(() => TraceFile.Open(_path + ".missing"), Throws.TypeOf<TraceFormatException>().With.Message.Contains(_path + ".missing"));
    }

    [Test]
    public void Open_Directory_IsAFormatError()
    {
        Assert.That(() => TraceFile.Open(Path.GetTempPath()), Throws.TypeOf<TraceFormatException>());
    }

    [TestCase("", "empty")]
    [TestCase("P", "begins with 50")]
    [TestCase("PK\u0003\u0004", "begins with 504B0304")]
    public void Open_OtherFile_SaysWhatItBeginsWith(string content, string reason)
    {
        File.WriteAllText(_path, content);

        Assert.That(() => TraceFile.Open(_path), Throws.TypeOf<TraceFormatException>().With.Message.Contains(reason));
    }

    [Test]
    public void SequenceByteMap_WholeTrace_TakesOnlyTheWire()
    {
        byte[] frame = TestFrames.Data(1000, [1, 2]);
        using (var trace = new PcapngTrace(File.Create(_path)))
        {
            trace.On(new TraceEvent { Kind = TraceEventKind.HostFrameSent }, TestFrames.Data(1000, [8, 8]));
            trace.On(new TraceEvent { Kind = TraceEventKind.FrameSent, TimePs = 1000 }, frame);
            trace.On(new TraceEvent { Kind = TraceEventKind.FrameSent, TimePs = 2000 }, frame);
        }

        var map = new SequenceByteMap();
        using TraceFile file = TraceFile.Open(_path);
        map.AddAll(file);

        Assert.That(map.Retransmissions, Has.Count.EqualTo(1));
        Assert.That(map.AllIdentical, Is.True);
    }

    private void WritePcap(byte[] frame)
    {
        using var trace = new ClassicPcapTrace(_path);
        trace.On(new TraceEvent { Kind = TraceEventKind.FrameSent, TimePs = 5_000_000_123_456 }, frame);
        trace.On(new TraceEvent { Kind = TraceEventKind.HostFrameSent, TimePs = 5_000_000_123_456 }, frame);
        trace.On(new TraceEvent { Kind = TraceEventKind.FrameReceived, Device = 1 }, frame);
        trace.On(new TraceEvent { Kind = TraceEventKind.FrameReceived, TimePs = 6_000_000_000_000 }, frame);
    }
}
