using NicEmu.Driver.Kernel;
using NicEmu.Driver.Toe;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Seams;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Toe;

/// <summary>Plain connections in the card.</summary>
internal sealed class ToePlainTests
{
    [Test]
    public void Card_WithEngine_TellsWhatItHasRoomFor()
    {
        var rig = new ToeRig(connections: 5);

        Assert.That(rig.Toe.IsAvailable, Is.True);
        Assert.That(rig.Toe.Capacity, Is.EqualTo(5));
        Assert.That(rig.Toe.ConnectionBytes, Is.EqualTo(337_664));
        Assert.That(rig.Errors, Is.Empty);
    }

    [Test]
    public void Accept_PeerSends_HostGetsItsBytes()
    {
        var rig = new ToeRig();
        (ToeSocket card, HostSocket peer) = rig.Accept();
        byte[] sent = new byte[5000];
        ToeRig.Fill(sent, 9);
        using DmaBuffer memory = rig.Card.Bus.AllocateDma(16384);

        peer.Write(sent);
        var got = new List<byte>();
        while (got.Count < sent.Length)
        {
            ToeReceived received = rig.Receive(card, memory);
            Assert.That(received.Status, Is.EqualTo(ToeStatus.Ok));
            got.AddRange(memory.Span[..received.Length]);
        }

        Assert.That(got, Is.EqualTo(sent));
        Assert.That(card.RemoteAddress, Is.EqualTo(ToeRig.PeerAddress));
        Assert.That(rig.Errors, Is.Empty);
    }

    [Test]
    public void Open_Sends_PeerGetsItsBytes()
    {
        var rig = new ToeRig();
        HostSocket? accepted = null;
        rig.Peer.Listen(80, s => accepted = s);
        ToeSocket? card = null;
        rig.Toe.Open(ToeRig.PeerAddress, 80, (s, _) => card = s);
        rig.RunUntil(() => card is not null && accepted is not null, "open");
        using DmaBuffer memory = rig.Memory(300_000);

        byte[] got = new byte[memory.Length];
        int have = 0;
        accepted!.Readable = () => have += Drain(accepted, got.AsSpan(have));
        ToeStatus status = rig.Send(card!, memory);
        rig.RunUntil(() => have == got.Length, "all bytes came");

        Assert.That(status, Is.EqualTo(ToeStatus.Ok));
        Assert.That(got, Is.EqualTo(memory.Span.ToArray()));
        Assert.That(rig.Counter(NativeMap.Toe.HostReadBytes), Is.EqualTo(300_000));
        Assert.That(rig.Errors, Is.Empty);
    }

    [Test]
    public void Close_AfterSend_PeerSeesAllThenTheEnd()
    {
        var rig = new ToeRig();
        (ToeSocket card, HostSocket peer) = rig.Accept();
        using DmaBuffer memory = rig.Memory(100_000);
        byte[] got = new byte[memory.Length];
        int have = 0;
        bool ended = false;
        ToeStatus? closed = null;
        peer.Readable = () => have += Drain(peer, got.AsSpan(have));
        peer.EndOfStream = () => ended = true;

        card.Send([ToeRig.Whole(memory)], (_, _) => { });
        card.Close(s => closed = s);
        rig.RunUntil(() => ended && closed is not null, "closed");

        Assert.That(closed, Is.EqualTo(ToeStatus.Ok));
        Assert.That(got, Is.EqualTo(memory.Span.ToArray()));
        Assert.That(rig.Toe.ConnectionsUsed, Is.Zero);
        Assert.That(rig.Errors, Is.Empty);
    }

    [Test]
    public void Receive_PeerCloses_TellsTheEndOfTheStream()
    {
        var rig = new ToeRig();
        (ToeSocket card, HostSocket peer) = rig.Accept();
        using DmaBuffer memory = rig.Card.Bus.AllocateDma(16384);

        peer.Write([1, 2, 3]);
        peer.Close();
        ToeReceived first = rig.Receive(card, memory);
        ToeReceived second = rig.Receive(card, memory);

        Assert.That((first.Status, first.Length), Is.EqualTo((ToeStatus.Ok, 3)));
        Assert.That(second.Status, Is.EqualTo(ToeStatus.EndOfStream));
    }

    [Test]
    public void Open_NobodyListens_IsRefused()
    {
        var rig = new ToeRig();
        ToeStatus? status = null;

        rig.Toe.Open(ToeRig.PeerAddress, 81, (_, s) => status = s);
        rig.RunUntil(() => status is not null, "an answer");

        Assert.That(status, Is.EqualTo(ToeStatus.Refused));
        Assert.That(rig.Toe.ConnectionsUsed, Is.Zero);
    }

    private static int Drain(HostSocket socket, Span<byte> into)
    {
        int total = 0;
        for (int count; total < into.Length && (count = socket.Read(into[total..])) > 0; total += count)
        {
        }

        return total;
    }
}
