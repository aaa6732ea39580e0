using System.Buffers.Binary;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Board.Links;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Driver;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.ResyncCost;

/// <summary>Driver, card and TCP on a bad network: from what was seen on the wire alone the model tells what the card must have read again.</summary>
[TestFixture]
public sealed class CardCostTests
{
    [Test, Combinatorial]
    public void Cost_BadNetwork_CardReadWhatTheModelPredicts(
        [Values] TxStrategy strategy, [Values] TlsVersion version, [Values(1024, 16384)] int record, [Values(536, 1448)] int mss)
    {
        AssertPredicted(strategy, version, 0.02, record, mss, 300_000);
    }

    [Test, Combinatorial, Category("Long")]
    public void Cost_LongSweep_CardReadWhatTheModelPredicts(
        [Values] TxStrategy strategy, [Values(0.001, 0.005, 0.01, 0.02, 0.05)] double loss, [Values(1024, 4096, 16384)] int record, [Values(536, 1448, 8948)] int mss)
    {
        // Some twenty losses also where few segments carry the data.
        AssertPredicted(strategy, TlsVersion.Tls13, loss, record, mss, Math.Max(2_000_000, (int)(20 / loss * Math.Min(mss, record))));
    }

    private static void AssertPredicted(TxStrategy strategy, TlsVersion version, double loss, int record, int mss, int bytes)
    {
        var client = new HostOptions
        {
            Strategy = strategy,
            MaxRecordPayload = record,
            RetransmitLimitPercent = 100,
            // One frame on the wire is one segment handed out.
            SegmentationOffload = false,
            Tcp = new TcpConfig { MaximumSegmentSize = mss },
            Nic = new() { Mtu = 9000, TxRingLog2 = 10 },
        };
        using var hosts = new TwoHosts(client, new() { Nic = new() { Mtu = 9000 } });
        hosts.Open(version, TlsCipher.Aes128Gcm);
        hosts.Client.Network.Outgoing.Profile = new() { Drop = loss, Reorder = loss };
        uint start = hosts.ClientSocket.Connection.SendSequence;
        int before = hosts.Client.Log.Sent.Count;

        hosts.ClientToServer(KtlsFixture.Pattern(bytes, 3));
        hosts.Loop.RunUntil(static () => false, 5 * TwoHosts.SecondPs);

        hosts.AssertClean();
        ResyncCostModel model = Predict(strategy, version, hosts, start, before);
        NicDriver card = hosts.Client.Host.Nic;
        Assert.That(card.ReadCounter(NativeMap.Statistics.TxTlsReplayBytes) + card.ReadCounter(NativeMap.Statistics.TxTlsWasteBytes), Is.EqualTo((ulong)model.Bytes));
        Assert.That(hosts.Client.Host.Counters.TxTlsReplayBytes + hosts.Client.Host.Counters.TxTlsWasteBytes, Is.EqualTo(model.Bytes));
        Assert.That(hosts.Client.Host.Stack.Statistics.SegmentsRetransmitted, Is.Positive);
    }

    private static ResyncCostModel Predict(TxStrategy strategy, TlsVersion version, TwoHosts hosts, uint start, int before)
    {
        byte[] stream = TlsTransferTests.Joined(hosts, start);
        List<int> starts = [];
        for (int at = 0; at < stream.Length; at += 5 + BinaryPrimitives.ReadUInt16BigEndian(stream.AsSpan(at + 3))) starts.Add(at);
        starts.Add(stream.Length);
        var model = new ResyncCostModel(strategy, version == TlsVersion.Tls12 ? 13 : 5);
        foreach (byte[] frame in hosts.Client.Log.Sent.Skip(before))
        {
            if (!TcpView.TryParse(frame, out TcpView view) || view.Payload.IsEmpty) continue;
            long from = (int)(view.Sequence - start);
            model.Send(from, from + view.Payload.Length, RecordOf);
        }

        return model;

        (long Start, long End) RecordOf(long offset)
        {
            int index = starts.BinarySearch((int)offset);
            index = index >= 0 ? index : ~index - 1;
            return (starts[index], starts[index + 1]);
        }
    }
}
