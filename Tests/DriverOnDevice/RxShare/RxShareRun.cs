using NicEmu.Driver.Ktls;
using NicEmu.Net;
using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Driver;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.RxShare;

/// <summary>One transfer over a network that loses segments at random, and what the receiving card made of its records.</summary>
/// <param name="Loss">Probability that a segment of the sender is lost.</param>
/// <param name="Record">Content of a record in bytes.</param>
/// <param name="Mss">TCP payload of a segment in bytes.</param>
/// <param name="Window">Records that may be in flight: the sender's buffer, which takes whole records only.</param>
/// <param name="Records">Records sent.</param>
/// <param name="IsAligned">Every record begins with a segment, as R/M segments per record means; else the stream is cut wherever it happens.</param>
internal sealed record RxShareRun(double Loss, int Record, int Mss, int Window, int Records, bool IsAligned = true)
{
    /// <summary>Header, inner type and tag of TLS 1.3.</summary>
    private const int Overhead = 5 + 1 + 16;

    /// <summary>Records of which the card decrypted every byte, of all.</summary>
    public double Entirely { get; private set; }

    /// <summary>Records of which it decrypted some packets.</summary>
    public double Partly { get; private set; }

    /// <summary>The share after the model f0·(1−p)^(R/M), R on the wire.</summary>
    /// <param name="atNoLoss">f0: the share of the same transfer without loss.</param>
    public double Predicted(double atNoLoss) => atNoLoss * Math.Pow(1 - Loss, (double)(Record + Overhead) / Mss);

    /// <summary>
    /// The share where records begin anywhere: f0·(1−p)^(2R/M). The record's own segments must come, and those of the record before, for a packet is delivered as a whole.
    /// </summary>
    /// <param name="atNoLoss">f0: the share of the same transfer without loss.</param>
    public double PredictedAnywhere(double atNoLoss) => atNoLoss * Math.Pow(1 - Loss, 2.0 * (Record + Overhead) / Mss);

    /// <summary>Transfers; fails if a byte that arrives is wrong or anybody breaks a rule.</summary>
    public RxShareRun Measure()
    {
        // Without time stamps every segment carries a whole MSS of payload.
        var tcp = new TcpConfig { MaximumSegmentSize = Mss, Timestamps = false, SendBufferBytes = Window * (Record + Overhead), ReceiveBufferBytes = 1 << 20 };
        using var hosts = new TwoHosts(new() { OffloadTx = false, MaxRecordPayload = Record, Tcp = tcp }, new() { Tcp = tcp });
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        hosts.Client.Network.Outgoing.Profile = new() { Drop = Loss };

        Send(hosts, KtlsFixture.Pattern(Record * Records, 5));

        hosts.AssertClean();
        KtlsCounters counters = hosts.Server.Host.Counters;
        double all = counters.RxRecordsDevice + counters.RxRecordsMixed + counters.RxRecordsSoftware;
        (Entirely, Partly) = (counters.RxRecordsDevice / all, counters.RxRecordsMixed / all);
        return this;
    }

    private void Send(TwoHosts hosts, byte[] data)
    {
        int sent = 0;
        void Push()
        {
            while (sent < data.Length)
            {
                int taken = hosts.ClientSocket.Write(data.AsSpan(sent, Record));
                sent += taken;
                if (taken == 0) return;
                if (IsAligned) hosts.ClientSocket.Connection.MarkSegmentBoundary();
            }
        }

        hosts.ClientSocket.Writable = Push;
        Push();
        hosts.Loop.RunUntil(() => hosts.ServerReceived.Count >= data.Length, 36_000 * TwoHosts.SecondPs);
        Assert.That(hosts.ServerReceived.ToArray().AsSpan().SequenceEqual(data), Is.True, "application data");
    }

    /// <summary>The row of the table, in percent.</summary>
    public string Row(double atNoLoss) => FormattableString.Invariant(
        $"| {Record} | {Mss} | {Window} | {(IsAligned ? "yes" : "no")} | {100 * Loss:0.0} % | {100 * Entirely:0.0} | {100 * Predicted(atNoLoss):0.0} | {100 * (Entirely - Predicted(atNoLoss)):+0.0;-0.0;0.0} | {100 * Partly:0.0} |");
}
