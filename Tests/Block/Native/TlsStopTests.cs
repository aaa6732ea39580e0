using System.Buffers.Binary;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>A positional context that lost its place: nothing leaves under it until it is placed anew, byte for byte through the ring.</summary>
internal sealed class TlsStopTests
{
    private const byte Positional = 1;
    private const byte RangeMode = 2;
    private const byte Complete = 0x01;
    private const byte FenceFlag = 0x08;
    private const byte NotInSequence = 0x01;
    private const byte SequenceTracked = 0;

    [Test]
    public void Positional_ChainFailsInTheRing_WhatIsBehindItStaysBack()
    {
        var bench = new TlsBench(mode: Positional);
        bench.Post(bench.Data(0, 1000));
        bench.Sent.Clear();
        byte[] unreadable = bench.Data(1000, 100, Complete);
        BinaryPrimitives.WriteUInt64LittleEndian(unreadable.AsSpan(32), 0x10);

        bench.Post(
            unreadable, bench.Data(1100, 100), bench.Data(1200, 100),
            bench.SetContext(0), bench.SetProgress(0), bench.Replay(0, 1000), bench.Data(1000, 300, Complete));

        Assert.That(Enumerable.Range(0, 4).Select(i => bench.Bench.Completion(0, (uint)i)[8]), Is.EqualTo(new byte[] { 0x09, 0x01, 0x01, 0 }));
        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(1000, 300) }));
    }

    [Test]
    public void Inspect_StoppedContext_IsShownAndSaved()
    {
        var bench = new TlsBench(mode: Positional);
        byte[] unreadable = bench.Data(0, 100);
        BinaryPrimitives.WriteUInt64LittleEndian(unreadable.AsSpan(32), 0x10);
        bench.Post(unreadable);

        bench.Bench.Device.Restore(bench.Bench.Device.Save());

        Assert.That(bench.Bench.Device.Inspect().Find($"CORE/transmit-contexts/0x{bench.Context:X16}/stopped")!.Value, Is.EqualTo("true"));
        bench.Post(bench.Data(0, 100));
        Assert.That(bench.Sent, Is.Empty);
    }

    [Test]
    public void SetContext_RefusedThenProgressAlone_PlacesNothing()
    {
        var bench = new TlsBench(mode: Positional);
        bench.Post(bench.Data(0, 1000));
        bench.Sent.Clear();
        byte[] refused = bench.SetContext(1);
        refused[2] = 1;

        bench.Post(
            refused, bench.SetProgress(1), NativeBench.BareDescriptor(0x17, flags: 0), bench.Data(bench.Records[1], 100), bench.Replay(bench.Records[1], 10),
            bench.Data(bench.Records[1] + 10, 100, FenceFlag));

        Assert.That(Statuses(bench, 4), Is.EqualTo(new byte[] { 0x0E, NotInSequence, NotInSequence, NotInSequence }));
        Assert.That(bench.Sent, Is.Empty, "at record 1 stands the number of record 0");
        bench.Post(PlacedAt1000(bench));
        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(1000, 300) }));
    }

    private static IEnumerable<TestCaseData> RefusedFences()
    {
        yield return Case("FenceDescriptor", 0x0E, static _ => With(NativeBench.BareDescriptor(0x17), 1, 0x09));
        yield return Case("NopWithReservedBits", 0x0E, static _ => With(NativeBench.BareDescriptor(0x1F, flags: FenceFlag), 56, 1));
        yield return Case("DataWithReservedBits", 0x0E, static b => With(b.Data(1000, 10, FenceFlag), 48, 1, handle: 0));
        yield return Case("DataOfNoContextThatCannotBeRead", 0x09, static b => With(b.Data(1000, 10, FenceFlag), 32, 0, handle: 0));
        yield return Case("SetContextOfNoContext", 0x0E, static b => With(b.SetContext(0, FenceFlag), 2, 1, handle: 0));

        static TestCaseData Case(string name, int status, Func<TlsBench, byte[]> make) => new TestCaseData(make, (byte)status).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(RefusedFences))]
    public void Fence_Refused_StopsTheContextThatWaits(Func<TlsBench, byte[]> make, byte status)
    {
        var bench = new TlsBench(mode: Positional);
        bench.Post(bench.Data(0, 1000));
        bench.Sent.Clear();

        bench.Post(bench.SetContext(1), bench.SetProgress(1), make(bench), bench.Data(bench.Records[1], 100));

        Assert.That(Statuses(bench, 2), Is.EqualTo(new[] { status, NotInSequence }));
        Assert.That(bench.Sent, Is.Empty, "it would be encrypted at the place before");
        bench.Post(PlacedAt1000(bench));
        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(1000, 300) }));
    }

    [TestCase(0u, TestName = "Parameters_QueueDisabled_AreGone")]
    [TestCase(0x8000_0000u, TestName = "Parameters_QueueReset_AreGone")]
    public void Parameters_QueueStopped_AreGone(uint control)
    {
        var bench = new TlsBench(mode: Positional);
        bench.Post(bench.Data(0, 1000), bench.SetContext(0), bench.SetProgress(0));
        bench.Sent.Clear();

        bench.Bench.Write(0, 0x400C, control);
        bench.EnableQueue(0);
        bench.Post(NativeBench.BareDescriptor(0x17), bench.Data(1000, 100), bench.Data(0, 100));
        Assert.That(bench.Sent, Is.Empty, "what was to follow SET_PROGRESS has no place");

        bench.Post(PlacedAt1000(bench));
        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(1000, 300) }));
    }

    [TestCase(0u, TestName = "Queue_DisabledWithWork_StopsItsPositionalContexts")]
    [TestCase(0x8000_0000u, TestName = "Queue_DroppedWithWork_StopsItsPositionalContexts")]
    public void Queue_DroppedWithWork_StopsItsPositionalContexts(uint control)
    {
        var bench = new TlsBench(mode: Positional);
        bench.Post(bench.Data(0, 1000));
        bench.Sent.Clear();
        bench.Put(bench.Data(1000, 100));
        bench.Ring();

        bench.Bench.Write(0, 0x400C, control);
        bench.Bench.Run(NativeBench.Millisecond);
        bench.EnableQueue(0);
        bench.Post(bench.Data(1100, 100));

        Assert.That(bench.Sent, Is.Empty, "bytes 1000 to 1100 belong at the place");
        bench.Post(PlacedAt1000(bench));
        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(1000, 300) }));
    }

    [Test]
    public void Queue_DroppedWithoutWork_StopsNothing()
    {
        var bench = new TlsBench(mode: Positional);
        bench.Post(bench.Data(0, 1000));
        bench.Sent.Clear();

        bench.Bench.Write(0, 0x400C, 0x8000_0000);
        bench.EnableQueue(0);
        bench.Post(bench.Data(1000, 300));

        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(1000, 300) }));
    }

    [Test]
    public void Queue_DroppedWithWork_OtherModesGoOnByThemselves([Values(SequenceTracked, RangeMode)] byte mode)
    {
        var bench = new TlsBench(mode: mode);
        int record = bench.Records[1];
        byte[][] first = mode == RangeMode ? [bench.Range(0, record), bench.RangeData(0, record)] : [bench.Data(0, 1000)];
        Array.ForEach(first, d => bench.Put(d));
        bench.Ring();

        bench.Bench.Write(0, 0x400C, 0x8000_0000);
        bench.EnableQueue(0);
        bench.Post(bench.Data(1000, 100));
        Assert.That(Statuses(bench, 1), Is.EqualTo(new[] { NotInSequence }), "what was lost is missed");

        bench.Post(first);
        Assert.That(bench.Sent, Is.EqualTo(new[] { mode == RangeMode ? bench.Expected(0, record) : bench.Expected(0, 1000) }));
    }

    [Test]
    public void Move_ParametersWaitOnTheOldQueue_StopsTheContext()
    {
        var bench = new TlsBench(mode: Positional);
        bench.Post(bench.Data(0, 1000), bench.SetContext(0), bench.SetProgress(0));
        bench.Sent.Clear();

        Assert.That(bench.Bench.Command(34, [.. BitConverter.GetBytes(bench.Context), 1, 0, 0, 0, 0, 0, 0, 0]), Is.Zero, "TX_MOVE");
        bench.Put(bench.Data(0, 100), queue: 1);
        bench.Ring(1);
        bench.Bench.Run(NativeBench.Millisecond);

        Assert.That(bench.Bench.Completion(1, 0)[8], Is.EqualTo(NotInSequence));
        Assert.That(bench.Sent, Is.Empty);
    }

    /// <summary>A place before the stream's first record, and the way from there to byte 1000; then 300 bytes.</summary>
    private static byte[][] PlacedAt1000(TlsBench bench) => [bench.SetContext(0), bench.SetProgress(0), bench.Replay(0, 1000), bench.Data(1000, 300)];

    private static IEnumerable<byte> Statuses(TlsBench bench, int count) => Enumerable.Range(0, count).Select(i => bench.Bench.Completion(0, (uint)i)[8]);

    private static byte[] With(byte[] descriptor, int offset, byte value, ulong? handle = null)
    {
        if (handle is { } other)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(descriptor.AsSpan(8), other);
        }

        descriptor.AsSpan(offset, offset >= 32 ? 8 : 1).Clear();
        descriptor[offset] = value;
        return descriptor;
    }
}
