using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Timing;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Core;

internal sealed class TransmitTests
{
    private static readonly TcpFrame s_frame = new() { Payload = [1, 2, 3, 4, 5] };

    [Test]
    public void Submit_PlainFrame_LeavesByteForByteWhenItsLastBitIsSent()
    {
        var nic = new NullPersonality();
        byte[] frame = s_frame.Build();

        TxOutcome outcome = nic.Submit(frame);
        int before = nic.Link.Count;
        nic.Scheduler.RunAll();

        Assert.That((outcome, before), Is.EqualTo((new TxOutcome(TxStatus.Ok, 1, false), 0)), "nothing leaves inside Submit");
        Assert.That(nic.Link.Sent, Is.EqualTo(new[] { frame }));
        Assert.That(nic.Scheduler.NowPs, Is.EqualTo((60 + 24) * TimingTable.WireBytePs), "a frame of 59 bytes takes the time of the shortest");
    }

    [Test]
    public void Submit_Segmented_CountsAndReportsEveryFrame()
    {
        var nic = new NullPersonality();
        byte[] chain = new TcpFrame { Payload = new byte[2500] }.Build();

        TxOutcome outcome = nic.Submit(chain, TxOffloads.Segmentation, mss: 1000, headerLength: 54, queue: 3);
        nic.Scheduler.RunAll();

        Assert.That(outcome, Is.EqualTo(new TxOutcome(TxStatus.Ok, 3, false)));
        Assert.That(nic.Link.Sent.Select(f => f.Length), Is.EqualTo(new[] { 1054, 1054, 554 }));
        Assert.That((nic.Core.Statistics.TxFrames, nic.Core.Statistics.TxBytes), Is.EqualTo((3UL, 2662UL)));
        Assert.That(
            nic.Events.Select(e => (e.Event.Kind, e.Event.Index, e.Data.Length)),
            Is.EqualTo(new[]
            {
                (TraceEventKind.HostFrameSent, 3, 2554), (TraceEventKind.FrameSent, 0, 1054), (TraceEventKind.FrameSent, 0, 1054), (TraceEventKind.FrameSent, 0, 554),
            }));
        Assert.That(nic.Events[3].Data, Is.EqualTo(nic.Link.Sent[2]));
    }

    private static IEnumerable<TestCaseData> Refusals()
    {
        byte[] frame = s_frame.Build();
        byte[] udp = Convert.FromHexString("020000000001" + "020000000002" + "0800" + "4500001E000040004011B6C3C0000202C0000201" + "00010002000A0000" + "0000");
        byte[] arp = Convert.FromHexString("FFFFFFFFFFFF" + "020000000002" + "0806" + "0001080006040001");
        yield return Case("ShorterThanEthernet", frame[..13], TxOffloads.None, 0, 0, TxStatus.HeadersMalformed);
        yield return Case("LongerThanMtu", new byte[14 + 1501], TxOffloads.None, 0, 0, TxStatus.TooLong);
        yield return Case("TaggedLongerThanMtu", new TcpFrame { Vlan = [(0x8100, 1)], Payload = new byte[1461] }.Build(), TxOffloads.None, 0, 0, TxStatus.TooLong);
        yield return Case("LongerThanAnyChain", new byte[70001], TxOffloads.Segmentation, 1000, 54, TxStatus.DescriptorMalformed);
        yield return Case("UnknownOffload", frame, (TxOffloads)0x20, 0, 0, TxStatus.DescriptorMalformed);
        yield return Case("MssZero", frame, TxOffloads.Segmentation, 0, 54, TxStatus.DescriptorMalformed);
        yield return Case("MssOverMtu", new TcpFrame { Payload = new byte[3000] }.Build(), TxOffloads.Segmentation, 1461, 54, TxStatus.DescriptorMalformed);
        yield return Case("HeaderLengthOneLess", frame, TxOffloads.Segmentation, 100, 53, TxStatus.HeadersMalformed);
        yield return Case("HeaderLengthOneMore", frame, TxOffloads.Segmentation, 100, 55, TxStatus.HeadersMalformed);
        yield return Case("SegmentationOfUdp", udp, TxOffloads.Segmentation, 100, 42, TxStatus.HeadersMalformed);
        yield return Case("ChecksumOfArp", arp, TxOffloads.L4Checksum, 0, 0, TxStatus.HeadersMalformed);
        yield return Case("Ipv4ChecksumOfIpv6", new TcpFrame { Ipv6 = true }.Build(), TxOffloads.Ipv4Checksum, 0, 0, TxStatus.HeadersMalformed);
        yield return Case("ChecksumOfTruncatedTcp", frame[..53], TxOffloads.L4Checksum, 0, 0, TxStatus.HeadersMalformed);
        yield return Case("HeadersLongerThanTheEngineTakes", new TcpFrame { Ipv6 = true, IpOptions = 256 }.Build(), TxOffloads.L4Checksum, 0, 0, TxStatus.HeadersMalformed);

        static TestCaseData Case(string name, byte[] frame, TxOffloads offloads, int mss, int headerLength, TxStatus status) =>
            new TestCaseData(frame, offloads, mss, headerLength, status).SetName($"Submit_{name}_IsRefused");
    }

    [TestCaseSource(nameof(Refusals))]
    public void Submit_Bad_IsRefused(byte[] frame, TxOffloads offloads, int mss, int headerLength, TxStatus expected)
    {
        var nic = new NullPersonality();

        TxOutcome outcome = nic.Submit(frame, offloads, mss, headerLength);
        nic.Scheduler.RunAll();

        Assert.That(outcome, Is.EqualTo(new TxOutcome(expected, 0, false)));
        Assert.That((nic.Link.Count, nic.Core.Statistics.TxErrors, nic.Trace.GuestErrors), Is.EqualTo((0, 1UL, 1L)));
    }

    [Test]
    public void Submit_LongestFrames_Pass()
    {
        var nic = new NullPersonality();

        TxOutcome plain = nic.Submit(new byte[14 + 1500]);
        TxOutcome tagged = nic.Submit(new TcpFrame { Vlan = [(0x88A8, 1), (0x8100, 1)], Payload = new byte[1460] }.Build());
        TxOutcome segmented = nic.Submit(new TcpFrame { Payload = new byte[3000] }.Build(), TxOffloads.Segmentation, mss: 1460, headerLength: 54);

        Assert.That((plain.Status, tagged.Status, segmented.Status), Is.EqualTo((TxStatus.Ok, TxStatus.Ok, TxStatus.Ok)));
    }

    [Test]
    public void Submit_WhileDown_IsLinkDownAndWhileDisabledFlushed()
    {
        var nic = new NullPersonality();
        nic.Link.SetUp(false);
        TxOutcome down = nic.Submit(s_frame.Build());
        nic.Link.SetUp(true);
        nic.Configure(new PortConfiguration { TxEnable = false });

        TxOutcome disabled = nic.Submit(s_frame.Build());

        Assert.That((down.Status, disabled.Status), Is.EqualTo((TxStatus.LinkDown, TxStatus.Flushed)));
        Assert.That(nic.Raised.Select(r => (r.Code, r.Data)), Is.EqualTo(new[] { (EventCode.LinkChanged, 0u), (EventCode.LinkChanged, 1u) }));
    }

    [Test]
    public void Submit_UntilFull_TurnsAwayWithoutATraceAndCallsBackWhenRoomIsThere()
    {
        var nic = new NullPersonality();
        int accepted = 0;
        while (!nic.Submit(s_frame.Build()).Backpressure)
        {
            accepted++;
        }

        int events = nic.Events.Count;
        nic.Scheduler.RunNext();
        int early = nic.ReadyCount;
        nic.Scheduler.RunAll();

        Assert.That((accepted, events, early, nic.ReadyCount), Is.EqualTo((MacPort.MaxChains, MacPort.MaxChains, 0, 1)));
        Assert.That(nic.Core.Statistics.TxErrors, Is.Zero);
    }

    [Test]
    public void Submit_LargestChainAgainAndAgain_IsBoundedByBytes()
    {
        var nic = new NullPersonality();
        byte[] chain = new TcpFrame { Payload = new byte[65536] }.Build();
        int accepted = 0;

        while (!nic.Submit(chain, TxOffloads.Segmentation, mss: 1460).Backpressure)
        {
            accepted++;
        }

        nic.Scheduler.RunAll();
        Assert.That((accepted, nic.ReadyCount, nic.Link.Count), Is.EqualTo((4, 1, 4 * 45)));
    }

    [Test]
    public void LinkDown_WhileFramesWait_DiscardsThemAndMakesRoom()
    {
        var nic = new NullPersonality();
        while (!nic.Submit(s_frame.Build()).Backpressure)
        {
        }

        nic.Link.SetUp(false);
        nic.Link.SetUp(true);
        bool idle = !nic.Scheduler.RunNext();

        Assert.That((idle, nic.Link.Count, nic.ReadyCount), Is.EqualTo((true, 0, 1)));
    }

    [Test]
    public void Submit_TwoFrames_LeaveInOrderBackToBack()
    {
        var nic = new NullPersonality();
        nic.Submit(new byte[1000]);
        nic.Submit(new byte[500]);

        nic.Scheduler.RunNext();
        long first = nic.Scheduler.NowPs;
        nic.Scheduler.RunNext();

        Assert.That((first, nic.Scheduler.NowPs), Is.EqualTo((1024 * TimingTable.WireBytePs, (1024 + 524) * TimingTable.WireBytePs)));
        Assert.That(nic.Link.Sent.Select(f => f.Length), Is.EqualTo(new[] { 1000, 500 }));
    }

    [Test]
    public void Submit_VlanInsertWithoutOtherOffloads_SendsTheTaggedFrame()
    {
        var nic = new NullPersonality();
        byte[] frame = s_frame.Build();

        nic.Submit(frame, TxOffloads.VlanInsert, vlan: 0x2007);
        nic.Scheduler.RunAll();

        Assert.That(nic.Link.Sent[0], Is.EqualTo((byte[])[.. frame[..12], 0x81, 0x00, 0x20, 0x07, .. frame[12..]]));
    }

    [Test]
    public void Submit_InSteadyState_AllocatesNothing()
    {
        var nic = new NullPersonality(traced: false);
        nic.Link.Keep = false;
        byte[] chain = new TcpFrame { Payload = new byte[20000] }.Build();
        Run(nic, chain, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Run(nic, chain, 100);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        static void Run(NullPersonality nic, byte[] chain, int count)
        {
            for (int i = 0; i < count; i++)
            {
                var request = new TxRequest { Offloads = TxOffloads.Segmentation, Mss = 1448, Frame = chain };
                nic.Core.Submit(ref request);
                nic.Scheduler.RunAll();
            }
        }
    }
}
