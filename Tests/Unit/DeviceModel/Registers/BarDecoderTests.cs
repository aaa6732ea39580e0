using NicEmu.Board.Time;
using NicEmu.DeviceModel.Registers;
using NicEmu.Spec.Events;
using NicEmu.Tests.Unit.Board;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Registers;

/// <summary>Windows: what lies where, and what no access may do.</summary>
internal sealed class BarDecoderTests
{
    private readonly EventRecorder _recorder = new();
    private readonly BarDecoder _window;

    public BarDecoderTests()
    {
        var trace = new TraceSource(new EventLoop(), 0) { Sink = _recorder };
        _window = new BarDecoder(0, 0x1000, trace);
        _window.Add(new RegisterFile(new SampleBlock(), trace));
        _window.Add(new MemoryArea("IN", 0, 0x200, 16, isWritable: true, trace));
        var output = new MemoryArea("OUT", 0, 0x300, 16, isWritable: false, trace);
        "0123456789ABCDEF"u8.CopyTo(output.Span);
        _window.Add(output);
    }

    private IEnumerable<GuestErrorCode> Errors => _recorder.Events.Select(static e => (GuestErrorCode)e.Code);

    [SetUp]
    public void Forget() => _recorder.Events.Clear();

    [TestCase(0x0FFul, 2)]
    [TestCase(0x102ul, 4)]
    [TestCase(0x104ul, 8)]
    [TestCase(0x100ul, 3)]
    [TestCase(0x100ul, 0)]
    [TestCase(0x100ul, 16)]
    [TestCase(ulong.MaxValue, 8)]
    public void Access_UnalignedOrOddWidth_ReadsOnes(ulong offset, int width)
    {
        var data = new byte[width];

        _window.Read(offset, data);
        _window.Write(offset, data);

        Assert.That(data, Is.All.EqualTo(0xFF));
        Assert.That(Errors, Is.EqualTo(new[] { GuestErrorCode.UnalignedAccess, GuestErrorCode.UnalignedAccess }));
    }

    [TestCase(0xFFFul, 1)]
    [TestCase(0xFFCul, 4)]
    [TestCase(0x1000ul, 1)]
    [TestCase(0x1000ul, 8)]
    [TestCase(0xFFFF_FFFF_FFFF_FFF8ul, 8)]
    [TestCase(0x0FCul, 4)]
    [TestCase(0x210ul, 4)]
    public void Access_OutsideOfRegions_ReadsOnes(ulong offset, int width)
    {
        var data = new byte[width];

        _window.Read(offset, data);
        _window.Write(offset, data);

        Assert.That(data, Is.All.EqualTo(0xFF));
        Assert.That(Errors, Is.EqualTo(new[] { GuestErrorCode.UnknownRegister, GuestErrorCode.UnknownRegister }));
    }

    [Test]
    public void Area_WriteOnly_ReadsZero()
    {
        var data = new byte[8];

        _window.Write(0x208, "secretly"u8);
        _window.Read(0x208, data);

        Assert.That(data, Is.All.Zero);
        Assert.That(Errors, Is.Empty);
    }

    [Test]
    public void Area_ReadOnly_RefusesWrites()
    {
        var data = new byte[2];

        _window.Write(0x30E, "xy"u8);
        _window.Read(0x30E, data);

        Assert.That(data, Is.EqualTo("EF"u8.ToArray()));
        Assert.That(Errors, Is.EqualTo(new[] { GuestErrorCode.IllegalWrite }));
    }

    [Test]
    public void Add_OverlappingRegion_Throws()
    {
        var trace = new TraceSource(new EventLoop(), 0);

        Assert.That(() => _window.Add(new MemoryArea("X", 0, 0x17C, 16, true, trace)), Throws.ArgumentException);
        Assert.That(() => _window.Add(new MemoryArea("X", 0, 0xFF8, 16, true, trace)), Throws.ArgumentException);
    }
}
