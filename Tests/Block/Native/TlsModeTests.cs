using System.Buffers.Binary;
using NicEmu.DeviceModel;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>Contexts in positional and in range mode through the transmit ring: what leaves is what two other implementations make.</summary>
internal sealed class TlsModeTests
{
    private const byte Positional = 1;
    private const byte RangeMode = 2;
    private const byte Complete = 0x01;
    private const byte FenceFlag = 0x08;
    private const ulong WasteBytes = 0x10D0;

    [Test, Combinatorial]
    public void Positional_InOrder_IsTheOraclesFrames([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        var bench = new TlsBench(version, cipher, firstNumber: 7, mode: Positional);
        int[] cuts = [3, 290, 60, 1, 700, 900];
        var expected = new List<byte[]>();

        int at = 0;
        foreach (int cut in cuts)
        {
            bench.Post(bench.Data(at, cut));
            expected.Add(bench.Expected(at, cut));
            at += cut;
        }

        Assert.That(bench.Sent, Is.EqualTo(expected));
        Assert.That(bench.Bench.Errors, Is.Empty);
    }

    [Test, Combinatorial]
    public void Positional_RebuildAndReturnToTheHead_IsTheSameBytesAgain([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        var bench = new TlsBench(version, cipher, mode: Positional);
        bench.Post(bench.Data(0, 1000));
        bench.Sent.Clear();
        int lost = bench.Records[1] + 200;
        int head = bench.RecordAt(1000);

        bench.Post(
            bench.SetContext(1), bench.SetProgress(1, FenceFlag), NativeBench.BareDescriptor(0x1F, flags: FenceFlag), bench.Replay(bench.Records[1], 150),
            bench.Replay(bench.Records[1] + 150, 50), bench.Data(lost, 300, Complete),
            bench.SetContext(head), bench.SetProgress(head), NativeBench.BareDescriptor(0x1F, flags: FenceFlag),
            bench.Replay(bench.Records[head], 1000 - bench.Records[head]), bench.Data(1000, 400, Complete));

        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(lost, 300), bench.Expected(1000, 400) }));
        Assert.That(Enumerable.Range(0, 2).Select(i => bench.Bench.Completion(0, (uint)i)[8]), Is.All.Zero);
        Assert.That(bench.Bench.Completion(0, 2), Is.All.Zero, "nothing else asked or failed");
        Assert.That((Statistic(bench, 0x1070), Statistic(bench, 0x1078)), Is.EqualTo((2UL, 200UL + 1000 - (ulong)bench.Records[head])), "out of order, replayed");
    }

    [Test]
    public void Positional_ForwardGapInTheRecord_NeedsReplayOnly()
    {
        var bench = new TlsBench(mode: Positional);
        bench.Post(bench.Data(0, 50));
        bench.Sent.Clear();

        bench.Post(bench.Replay(50, 100), bench.Data(150, 500, Complete));

        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(150, 500) }));
    }

    private static IEnumerable<TestCaseData> Fences()
    {
        yield return Case("FenceDescriptor", static b => [b.SetContext(1), b.SetProgress(1), NativeBench.BareDescriptor(0x17, flags: 0), b.Data(b.Records[1], 100)]);
        yield return Case("NopWithFlag", static b => [b.SetContext(1), b.SetProgress(1), NativeBench.BareDescriptor(0x1F, flags: FenceFlag), b.Data(b.Records[1], 100)]);
        yield return Case("DataWithFlag", static b => [b.SetContext(1), b.SetProgress(1), b.Data(b.Records[1], 100, FenceFlag)]);
        yield return Case("ProgressFirst", static b => [b.SetProgress(1), b.SetContext(1), b.Data(b.Records[1], 100, FenceFlag)]);
        yield return Case("NumberBeforeAFencedProgress", static b => [b.SetContext(1), b.SetProgress(1, FenceFlag), b.Data(b.Records[1], 100, FenceFlag)]);

        static TestCaseData Case(string name, Func<TlsBench, byte[][]> descriptors) => new TestCaseData(descriptors).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Fences))]
    public void Fence_OfEveryKind_MakesTheParametersEffective(Func<TlsBench, byte[][]> descriptors)
    {
        var bench = new TlsBench(mode: Positional);
        bench.Post(bench.Data(0, 1000));
        bench.Sent.Clear();

        bench.Post(descriptors(bench));

        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(bench.Records[1], 100) }));
        Assert.That(bench.Bench.Errors, Is.Empty);
    }

    [Test]
    public void Fence_Missing_LetsDataOvertakeTheParameters()
    {
        var bench = new TlsBench(mode: Positional);
        bench.Post(bench.Data(0, 1000));
        bench.Sent.Clear();

        bench.Post(
            bench.SetContext(1), bench.SetProgress(1), bench.Data(bench.Records[1], 60, Complete), NativeBench.BareDescriptor(0x1F, flags: 0),
            bench.Data(bench.Records[1], 100, FenceFlag));

        Assert.That(bench.Bench.Completion(0, 0)[8], Is.Zero, "the device cannot know");
        Assert.That(bench.Sent, Has.Count.EqualTo(2));
        Assert.That(bench.Sent[0][TlsBench.HeaderLength..], Is.Not.EqualTo(bench.Expected(bench.Records[1], 60)[TlsBench.HeaderLength..]).And.Not.EqualTo(bench.Plain[bench.Records[1]..(bench.Records[1] + 60)]));
        Assert.That(bench.Sent[1], Is.EqualTo(bench.Expected(bench.Records[1], 100)), "a NOP alone is no fence; the flag is");
    }

    [Test]
    public void Positional_StepBudgetEndsAnywhere_GoesOn()
    {
        for (int before = 0; before < 20; before++)
        {
            var bench = new TlsBench(mode: Positional);
            bench.Post(bench.Data(0, 1000));
            bench.Sent.Clear();
            for (int i = 0; i < before; i++)
            {
                bench.Put(NativeBench.BareDescriptor(0x1F, flags: 0));
            }

            bench.Post(bench.SetContext(0), bench.SetProgress(0), bench.Replay(0, 50), bench.Replay(50, 10), bench.Data(60, 500, Complete));

            Assert.That(bench.Bench.Completion(0, 0)[8], Is.Zero, $"{before} before");
            Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(60, 500) }), $"{before} before");
        }
    }

    [Test]
    public void Modes_FunctionLevelReset_ForgetsParametersAndRange([Values(Positional, RangeMode)] byte mode)
    {
        var bench = new TlsBench(mode: mode);
        bench.Post(mode == Positional ? [bench.SetContext(1), bench.SetProgress(1)] : [bench.Range(0, bench.Records[1])]);

        bench.Bench.Config(0x68, 0x8000, 2);
        bench.Bench.Start();
        bench.EnableQueue(0);
        bench.Recreate();
        bench.Post(mode == Positional ? [NativeBench.BareDescriptor(0x17), bench.Data(0, 100)] : [bench.Data(0, 100)]);

        Assert.That(bench.Sent, mode == Positional ? Is.EqualTo(new[] { bench.Expected(0, 100) }) : Is.Empty);
    }

    [Test]
    public void Query_PositionalContext_ShowsItsCursor()
    {
        var bench = new TlsBench(firstNumber: 0x1122, mode: Positional);
        ulong target = NativeBench.Data + 0x10_0000;

        bench.Post(bench.Data(0, 1000), bench.SetContext(1), bench.SetProgress(1), bench.Replay(bench.Records[1], 60), TlsBench.Query(bench.Context, target));

        // Record 1 begins at 0xFFFFFE00 + 322 = 0xFFFFFF42 and has 422 bytes.
        byte[] expected =
        [
            .. BitConverter.GetBytes(bench.Context), 0, 1, 1, 1, 4, 3, 0, 0, 0x7E, 0xFF, 0xFF, 0xFF, 0x42, 0xFF, 0xFF, 0xFF,
            0x23, 0x11, 0, 0, 0, 0, 0, 0, 60, 0, 0, 0, 0xA6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            1, 0, 0, 0, 0, 0, 0, 0, 0xE8, 3, 0, 0, 0, 0, 0, 0,
        ];
        Assert.That(bench.Bench.Host.At(target, 64).ToArray(), Is.EqualTo(expected));
    }

    [Test, Combinatorial]
    public void Range_RecordsInAnyOrder_AreTheOraclesFrames([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        var bench = new TlsBench(version, cipher, firstNumber: 7, mode: RangeMode);
        int prefix = version == TlsVersion.Tls12 && cipher != TlsCipher.ChaCha20Poly1305 ? 13 : 5;
        int second = bench.Records[1] + prefix;

        bench.Post(
            bench.Range(bench.Records[2], bench.Records[3] - bench.Records[2]), bench.RangeData(bench.Records[2], bench.Records[3] - bench.Records[2]),
            bench.Range(0, bench.Records[1]), bench.RangeData(0, bench.Records[1]),
            bench.Range(second + 32, 100), bench.RangeData(second + 32, 100, flags: Complete));

        Assert.That(bench.Sent, Is.EqualTo(new[]
        {
            bench.Expected(bench.Records[2], bench.Records[3] - bench.Records[2]), bench.Expected(0, bench.Records[1]), bench.Expected(second + 32, 100),
        }));
        Assert.That(bench.Bench.Errors, Is.Empty);
        Assert.That(Statistic(bench, WasteBytes), Is.Zero);
    }

    [TestCase(0, 0, TestName = "Range_SkipNothing_SendsTheRecord")]
    [TestCase(1, 0, TestName = "Range_SkipOneByte_SendsTheRest")]
    [TestCase(300, 0, TestName = "Range_SkipToNearTheTag_SendsTheRest")]
    [TestCase(406, 0, TestName = "Range_SkipToTheTag_SendsTheTag")]
    [TestCase(200, 90, TestName = "Range_SkipWithSegmentation_CutsWhatIsLeft")]
    [TestCase(0, 90, TestName = "Range_Segmentation_CutsTheRecord")]
    public void Range_WholeRecord_SendsTheWindow(int skip, int mss)
    {
        var bench = new TlsBench(mode: RangeMode);
        int record = bench.Records[1];
        int length = bench.Records[2] - record;

        bench.Post(bench.Range(record, length, skip), bench.RangeData(record, length, skip, Complete, (ushort)mss));

        byte[][] expected = mss == 0 ? [bench.Expected(record + skip, length - skip)] : bench.Expected(record + skip, length - skip, mss);
        Assert.That(bench.Sent, Is.EqualTo(expected), "addresses, lengths and checksums are those of what leaves");
        Assert.That(bench.Bench.Completion(0, 0)[8..12], Is.EqualTo(new byte[] { 0, 1, (byte)expected.Length, 0 }));
        Assert.That((Statistic(bench, WasteBytes), Statistic(bench, 0x1058)), Is.EqualTo(((ulong)skip, (ulong)(length - skip))), "waste, sent");
    }

    [Test]
    public void Range_LongerThanTheMtuWithItsWaste_FitsWithoutIt()
    {
        var bench = new TlsBench(mode: RangeMode);
        int record = bench.Records[3];
        int length = bench.Records[4] - record;
        bench.Bench.Write(0, 0x0404, 600);

        bench.Post(bench.Range(record, length, 700), bench.RangeData(record, length, 700, Complete));

        Assert.That(length, Is.GreaterThan(1200));
        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(record + 700, length - 700) }));
    }

    [Test]
    public void Trace_EveryMode_TellsItsSteps()
    {
        var positional = new TlsBench(firstNumber: 7, mode: Positional);
        positional.Post(positional.Data(0, 400), positional.SetContext(0), positional.SetProgress(0), positional.Replay(0, 50), positional.Data(50, 30));
        var range = new TlsBench(firstNumber: 7, mode: RangeMode);
        range.Post(range.Range(0, range.Records[1], 40), range.RangeData(0, range.Records[1], 40));

        Assert.That(Steps(positional), Is.EqualTo(new[]
        {
            (TxResyncStep.SetContext, positional.Context, 7UL, TlsBench.Start + 400, 0UL),
            (TxResyncStep.SetProgress, positional.Context, 7UL, TlsBench.Start, 0UL),
            (TxResyncStep.Fence, positional.Context, 7UL, TlsBench.Start, 0UL),
            (TxResyncStep.Replay, positional.Context, 7UL, TlsBench.Start, 50UL),
        }));
        Assert.That(Steps(range), Is.EqualTo(new[] { (TxResyncStep.Range, range.Context, 7UL, TlsBench.Start + 40, 40UL) }));
        TraceEvent[] frames = [.. range.Bench.Recorder.Events.Where(e => e.Kind == TraceEventKind.FrameSent)];
        Assert.That(frames.Select(e => (e.Handle, e.RecordNumber, e.TcpSequence)), Is.EqualTo(new[] { (range.Context, 7UL, TlsBench.Start + 40) }));
        Assert.That(
            range.Bench.Recorder.Events.Where(e => e.Kind is TraceEventKind.ContextInstalled).Select(e => e.Flags), Is.EqualTo(new[] { 4U }), "bits 2..1 are the mode");
    }

    [Test]
    public void Restore_AtEveryEventOfBothModes_TheRestIsUnchanged([Values(Positional, RangeMode)] byte mode)
    {
        TlsBench straight = Scenario(mode, static _ => { });

        int events = 0;
        TlsBench swapped = Scenario(mode, bench =>
        {
            string before = bench.Bench.Device.Inspect().ToString();
            DeviceSnapshot saved = bench.Bench.Device.Save();
            bench.Bench.Device.Restore(saved);
            Assert.That(bench.Bench.Device.Save().Hardware.AsSpan().SequenceEqual(saved.Hardware.AsSpan()), Is.True);
            Assert.That(bench.Bench.Device.Inspect().ToString(), Is.EqualTo(before));
            events++;
        });

        Assert.That(events, Is.GreaterThan(10));
        Assert.That(swapped.Sent, Is.EqualTo(straight.Sent));
        Assert.That(swapped.Bench.Host.Calls, Is.EqualTo(straight.Bench.Host.Calls));
    }

    [Test]
    public void Inspect_WaitingParametersAndRange_AreShown()
    {
        var positional = new TlsBench(firstNumber: 7, mode: Positional);
        positional.Post(positional.Data(0, 400), positional.SetContext(1));
        var range = new TlsBench(mode: RangeMode);
        range.Post(range.Range(0, range.Records[1]));

        string context = $"0x{positional.Context:X16}";
        string node = $"CORE/transmit-contexts/{context}/";
        Assert.That(positional.Bench.Device.Inspect().Find(node + "mode")!.Value, Is.EqualTo("Positional"));
        Assert.That(positional.Bench.Device.Inspect().Find(node + "initial-record-number")!.Value, Is.EqualTo("7"));
        Assert.That(positional.Bench.Device.Inspect().Find("CORE/transmit-contexts/parameters-of-queue-0")!.Value, Is.EqualTo(context));
        Assert.That(positional.Bench.Device.Inspect().Find("CORE/transmit-contexts/parameters-of-queue-0/record-number")!.Value, Is.EqualTo("8"));
        Assert.That(range.Bench.Device.Inspect().Find("CORE/transmit-contexts/range-of-queue-0")!.Value, Is.EqualTo($"0x{range.Context:X16}"));
    }

    private static TlsBench Scenario(byte mode, Action<TlsBench> atEvent)
    {
        var bench = new TlsBench(mode: mode);
        if (mode == Positional)
        {
            Array.ForEach<byte[]>(
                [
                    bench.Data(0, 900, mss: 200), bench.SetContext(1), bench.SetProgress(1), bench.Replay(bench.Records[1], 90), bench.Data(bench.Records[1] + 90, 400),
                    bench.SetContext(0), bench.SetProgress(0), NativeBench.BareDescriptor(0x17), bench.Data(0, 900, Complete, mss: 300),
                ],
                d => bench.Put(d));
        }
        else
        {
            for (int record = 3; record >= 0; record--)
            {
                int length = bench.Records[record + 1] - bench.Records[record];
                bench.Put(bench.Range(bench.Records[record], length, 7 * record));
                bench.Put(bench.RangeData(bench.Records[record], length, 7 * record, Complete, mss: 150));
            }
        }

        bench.Ring();
        long end = bench.Bench.Loop.NowPs + NativeBench.Millisecond;
        while (bench.Bench.Loop.NextDeadlinePs < end)
        {
            bench.Bench.Loop.RunNext();
            atEvent(bench);
        }

        return bench;
    }

    private static IEnumerable<(TxResyncStep Step, ulong Handle, ulong Number, uint Sequence, ulong Bytes)> Steps(TlsBench bench) =>
        bench.Bench.Recorder.Events.Where(e => e.Kind == TraceEventKind.ResyncStep).Select(e => ((TxResyncStep)e.Code, e.Handle, e.RecordNumber, e.TcpSequence, e.Value));

    private static ulong Statistic(TlsBench bench, ulong offset)
    {
        Span<byte> value = stackalloc byte[8];
        bench.Bench.Device.Function.BarRead(0, offset, value);
        return BinaryPrimitives.ReadUInt64LittleEndian(value);
    }
}
