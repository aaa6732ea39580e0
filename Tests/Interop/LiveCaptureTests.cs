using System.Collections.Concurrent;
using System.Diagnostics;
using NicEmu.Board.Sessions;
using NicEmu.Spec.Events;
using NicEmu.Traces;
using NUnit.Framework;
using SharpPcap;
using SharpPcap.LibPcap;

namespace NicEmu.Tests.Interop;

/// <summary>What libpcap sees on the TAP interface is what the trace calls the wire. Needs root; skipped with the reason elsewhere.</summary>
[NonParallelizable]
public sealed class LiveCaptureTests
{
    private const string Tap = "nicemucap";

    [Test]
    public void Capture_OfTheTap_EqualsTheWireOfTheTrace()
    {
        OpenSslProgram.Require();
        string folder = Directory.CreateTempSubdirectory("nicemu").FullName;
        try
        {
            byte[] content = new byte[200_000];
            new NicEmu.Board.SeededRandom(8).Fill(content);
            using Process server = OpenSslProgram.Serve(4445, Path.Combine(folder, "copy"), folder);
            var wire = new Wire();
            LibPcapLiveDevice? device = null;
            var options = new TransferOptions
            {
                Peer = PeerKind.Tap,
                Port = 4445,
                TapName = Tap,
                TimeLimitPs = 60_000_000_000_000,
                Trace = wire,
                Prepared = _ => device = Capture(wire),
            };

            TransferResult result = TransferSession.Run(options, new MemoryStream(content), Stream.Null);
            device!.StopCapture();
            uint dropped = device.Statistics.DroppedPackets;
            device.Dispose();
            server.Kill();

            Assert.That(result.Failure, Is.Null);
            if (dropped > 0)
            {
                Assert.Ignore($"libpcap dropped {dropped} frames: nothing to compare on a machine this busy");
            }

            int missed = 0;
            foreach (bool sent in new[] { true, false })
            {
                // The kernel hands frames to a capture by way of one queue for each processor: their order and the last ones are not certain, their bytes are.
                List<string> traced = [.. wire.Traced.Where(f => IsSent(f) == sent).Select(Convert.ToHexString)];
                string[] captured = [.. wire.Captured.Where(f => IsSent(f) == sent).Select(Convert.ToHexString)];
                int foreign = captured.Count(frame => !traced.Remove(frame));
                Assert.That(foreign, sent ? Is.Zero : Is.LessThanOrEqualTo(MostUnread), "captured frames that are not in the trace");
                missed += traced.Count;
            }

            Assert.That(wire.Captured, Is.Not.Empty);
            if (missed > wire.Traced.Count / 10)
            {
                Assert.Ignore($"libpcap handed over {wire.Captured.Count} of {wire.Traced.Count} frames, all of them identical, before the interface was gone");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Frames that the kernel sends after the card has read its last: acknowledgments and the end of the connection.</summary>
    private const int MostUnread = 4;

    private static LibPcapLiveDevice Capture(Wire wire)
    {
        LibPcapLiveDevice device = LibPcapLiveDeviceList.New().First(d => d.Name == Tap);
        // In immediate mode libpcap's ring has a slot of the snap length for each frame: with the default of 64 KiB a burst overruns it.
        device.Open(new DeviceConfiguration { Immediate = true, Mode = DeviceModes.Promiscuous, ReadTimeout = 10, Snaplen = 2048, BufferSize = 16 << 20 });
        device.Filter = "tcp port 4445";
        device.OnPacketArrival += (_, packet) => wire.Captured.Enqueue(packet.Data.ToArray());
        device.StartCapture();
        return device;
    }

    // The card connects to the server's port.
    private static bool IsSent(byte[] frame) => TcpFrame.TryParse(frame, out TcpFrame segment) && segment.Flow.DestinationPort == 4445;

    /// <summary>Collects the wire's TCP frames and, at the first FIN, lets libpcap catch up.</summary>
    private sealed class Wire : ITraceSink
    {
        private const int PatienceMs = 3000;

        public ConcurrentQueue<byte[]> Captured { get; } = [];

        public List<byte[]> Traced { get; } = [];

        private bool _ends;

        public void On(in TraceEvent e, ReadOnlySpan<byte> data)
        {
            if (e.Kind is not (TraceEventKind.FrameSent or TraceEventKind.FrameReceived) || !TcpFrame.TryParse(data, out TcpFrame segment))
            {
                return;
            }

            if (!_ends && (segment.Flags & 1) != 0)
            {
                _ends = true;
                int expected = Traced.Count;
                SpinWait.SpinUntil(() => Captured.Count >= expected, PatienceMs);
            }

            Traced.Add(data.ToArray());
        }
    }
}
