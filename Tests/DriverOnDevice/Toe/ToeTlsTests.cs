using NicEmu.Board.Links;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Toe;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Toe;

/// <summary>TLS in the card: a handshake over the plain connection, then records of both directions.</summary>
internal sealed class ToeTlsTests
{
    private static IEnumerable<TestCaseData> Ciphers()
    {
        foreach (TlsVersion version in Enum.GetValues<TlsVersion>())
        {
            foreach (TlsCipher cipher in Enum.GetValues<TlsCipher>())
            {
                yield return new TestCaseData(version, cipher).SetName($"Records_{version}_{cipher}_AreTheOtherSides");
            }
        }
    }

    [TestCaseSource(nameof(Ciphers))]
    public void Records_BothDirections_AreTheOtherSides(TlsVersion version, TlsCipher cipher)
    {
        var rig = new ToeRig();
        (ToeSocket card, HostSocket peer) = rig.Secure(version, cipher);
        using DmaBuffer file = rig.Memory(100_000);
        using DmaBuffer buffer = rig.Card.Bus.AllocateDma(16384);
        byte[] request = [.. "GET / HTTP/1.1\r\n\r\n"u8];
        var got = new List<byte>();
        peer.Record = (type, content) => got.AddRange(type == TlsContentType.ApplicationData ? content : default);

        peer.Write(request);
        ToeReceived received = rig.Receive(card, buffer);
        ToeStatus sent = rig.Send(card, file);
        rig.RunUntil(() => got.Count >= file.Length, "the peer has the file");

        Assert.That(received, Is.EqualTo(new ToeReceived(ToeStatus.Ok, request.Length, 23, received.RecordNumber, 0)));
        Assert.That(buffer.Span[..request.Length].ToArray(), Is.EqualTo(request));
        Assert.That(sent, Is.EqualTo(ToeStatus.Ok));
        Assert.That(got, Is.EqualTo(file.Span.ToArray()));
        Assert.That(rig.Counter(NativeMap.Toe.RecordsSealed), Is.EqualTo(7), "six full records and one of 1696 bytes");
        Assert.That(rig.Errors, Is.Empty);
    }

    [Test]
    public void Records_LossAndReorderBothWays_ArriveWhole([Values(3, 4, 5)] int seed)
    {
        var rig = new ToeRig();
        (ToeSocket card, HostSocket peer) = rig.Secure();
        var profile = new LossProfile { Drop = 0.02, Reorder = 0.05, Duplicate = 0.01, Corrupt = 0.01 };
        rig.Card.Network!.Outgoing.Profile = profile;
        rig.Card.Network.Incoming.Profile = profile;
        using DmaBuffer file = rig.Memory(700_000, seed);
        byte[] upload = new byte[200_000];
        ToeRig.Fill(upload, seed + 1);
        var down = new List<byte>();
        var up = new List<byte>();
        int written = 0;
        peer.Record = (_, content) => down.AddRange(content);
        peer.Writable = () => written += peer.Write(upload.AsSpan(written));
        using DmaBuffer buffer = rig.Card.Bus.AllocateDma(16384);
        ulong readBefore = rig.Counter(NativeMap.Toe.HostReadBytes);

        ToeStatus? sent = null;
        card.Send([ToeRig.Whole(file)], (s, _) => sent = s);
        written += peer.Write(upload);
        Collect(card, buffer, up);
        rig.RunUntil(() => down.Count >= file.Length && up.Count >= upload.Length && sent is not null, "both files arrived", 600_000_000_000_000);

        Assert.That(down, Is.EqualTo(file.Span.ToArray()));
        Assert.That(up, Is.EqualTo(upload));
        Assert.That(rig.Counter(NativeMap.Toe.Retransmits), Is.Positive, "something was lost");
        Assert.That(rig.Counter(NativeMap.Toe.HostReadBytes) - readBefore, Is.EqualTo(700_000), "every byte was read once");
        Assert.That(rig.Errors, Is.Empty);
    }

    [Test]
    public void Fragment_OfTheSwitch_BoundsRecords()
    {
        var rig = new ToeRig();
        (ToeSocket card, HostSocket peer) = rig.Secure(fragmentBytes: 1000);
        var lengths = new List<int>();
        peer.Record = (_, content) => lengths.Add(content.Length);
        using DmaBuffer file = rig.Memory(2500);

        rig.Send(card, file);
        rig.RunUntil(() => lengths.Sum() == 2500, "arrived");

        Assert.That(lengths, Is.EqualTo(new[] { 1000, 1000, 500 }));
    }

    [Test]
    public void Tag_ChangedOnTheWay_IsAnErrorAndNeverData()
    {
        var rig = new ToeRig();
        (ToeSocket card, HostSocket peer) = rig.Secure();
        using DmaBuffer buffer = rig.Card.Bus.AllocateDma(16384);
        buffer.Span.Fill(0xEE);
        rig.Card.Network!.Incoming.Add(new FrameRule(NetworkAction.Corrupted, static frame => frame.Length > 200) { MendsChecksum = true });

        peer.Write(new byte[500]);
        ToeReceived received = rig.Receive(card, buffer);
        ToeReceived again = rig.Receive(card, buffer);

        Assert.That(received.Status, Is.EqualTo(ToeStatus.BadTag));
        Assert.That(again.Status, Is.EqualTo(ToeStatus.BadTag));
        Assert.That(buffer.Span.IndexOfAnyExcept((byte)0xEE), Is.EqualTo(-1), "nothing was written");
        Assert.That(rig.Counter(NativeMap.Toe.RecordErrors), Is.EqualTo(1));
    }

    private static void Collect(ToeSocket socket, DmaBuffer buffer, List<byte> into) => socket.Receive([ToeRig.Whole(buffer)], r =>
    {
        if (r.Status == ToeStatus.Ok)
        {
            into.AddRange(buffer.Span[..r.Length]);
            Collect(socket, buffer, into);
        }
    });
}
