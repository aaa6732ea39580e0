using CsCheck;
using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class HostileInputTests
{
    private const uint Ours = HandPeer.OurInitial + 1;
    private const uint Theirs = HandPeer.PeerInitial + 1;

    [Test]
    public void Input_RandomBytes_NeverThrowsAndConnectionUntouched() =>
        Gen.Select(Gen.Byte.Array[0, 120], Gen.Int[0, 3]).Sample((bytes, family) =>
        {
            var (peer, connection) = HandPeer.Established();
            string before = connection.ToString();
            // A plausible start lets the bytes through to the deeper layers.
            TwoHosts.ServerConfig.Mac.Write(bytes.Length >= 6 ? bytes : new byte[6]);
            string start = family switch { 1 => "080045", 2 => "86DD60", _ => "080600" };
            if (bytes.Length > 14 && family > 0) Convert.FromHexString(start).CopyTo(bytes, 12);

            peer.Stack.Input(bytes, 0, 0, true);
            peer.Poll();

            return connection.ToString() == before;
        });

    [Test]
    public void Input_FrameTruncatedAnywhere_NothingChanges()
    {
        var (peer, connection) = HandPeer.Established();
        byte[] whole = HandPeer.Build(TcpFlags.Ack, Theirs, Ours, HandPeer.Bytes(30), options: new TcpOptions { MaximumSegmentSize = 9, SackPermitted = true });

        for (int length = 0; length < whole.Length; length++)
            Assert.That(peer.Stack.Input(whole.AsSpan(0, length), 0), Is.Not.EqualTo(DropReason.None), $"{length} bytes");
        bool untouched = connection.Available == 0 && connection.ReceiveNext == Theirs;
        DropReason entire = peer.Stack.Input(whole, 0);

        Assert.That(untouched, Is.True);
        Assert.That((entire, connection.Available), Is.EqualTo((DropReason.None, 30)));
        Assert.That(peer.Stack.Statistics.TotalDropped, Is.EqualTo(whole.Length), "each drop is counted");
    }

    [Test]
    public void Input_AnyBitOfIpOrTcpFlipped_Dropped()
    {
        var (peer, connection) = HandPeer.Established();
        byte[] frame = HandPeer.Build(TcpFlags.Ack, Theirs, Ours, HandPeer.Bytes(8));

        for (int bit = 14 * 8; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(peer.Stack.Input(frame, 0), Is.Not.EqualTo(DropReason.None), $"byte {bit / 8}");
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.That((connection.Available, connection.State), Is.EqualTo((0, TcpState.Established)));
    }

    [Test]
    public void Input_AnySegmentsOfAnyState_NeverThrowsAndTheStackStaysUsable()
    {
        Gen<(int Flags, int Sequence, int Ack, byte[] Payload, int Window, byte[] Options)> segment = Gen.Select(
            Gen.Int[0, 255], Gen.Int[-300, 300], Gen.Int[-300, 300], Gen.Byte.Array[0, 50], Gen.Int[0, 65535], Gen.Byte.Array[0, 10]);
        Gen.Select(segment.Array[1, 40], Gen.Int[0, 4].Array[40]).Sample((segments, actions) =>
        {
            var (peer, connection) = HandPeer.Established(new TcpConfig { InitialSequence = HandPeer.OurInitial, ReceiveBufferBytes = 200 });
            for (int i = 0; i < segments.Length; i++)
            {
                var (flags, sequence, ack, payload, window, optionBytes) = segments[i];
                byte[] frame = BuildRaw((TcpFlags)flags, connection.ReceiveNext + (uint)sequence, connection.SendNext + (uint)ack, payload, (ushort)window, optionBytes);
                peer.Stack.Input(frame, peer.NowPs, i & 1, true);
                if (actions[i] == 1) connection.Write(payload);
                if (actions[i] == 2) connection.Consume(connection.Available / 2);
                if (actions[i] == 3) connection.Close();
                if (actions[i] == 4) peer.PollAtNextDeadline();
                List<SentFrame> sent = peer.Poll();
                Assert.That(sent, Has.Count.LessThan(100));
                Assert.That(connection.Available, Is.InRange(0, 200));
            }

            peer.Send(TcpFlags.Syn, 77, 0, destinationPort: 9);
            Assert.That(peer.Poll().Select(f => f.Tcp.Flags), Does.Contain(TcpFlags.Rst | TcpFlags.Ack));
        });
    }

    [Test]
    public void Reassembly_OneByteIslands_BoundedAndTransferStillCompletes()
    {
        var (peer, connection) = HandPeer.Established();
        int refused = 0;

        for (uint i = 0; i < 600; i++)
        {
            if (peer.Send(TcpFlags.Ack, Theirs + 1 + (2 * i), Ours, [(byte)i]) == DropReason.ReassemblyFull) refused++;
            peer.Poll();
        }

        for (uint at = 0; at < 1300; at += 50) peer.Send(TcpFlags.Ack, Theirs + at, Ours, HandPeer.Bytes(50));

        Assert.That(refused, Is.EqualTo(600 - 256));
        Assert.That(connection.Available, Is.EqualTo(1300));
    }

    [Test]
    public void Reassembly_MarkChangesWithEveryByte_BoundedAndReaderFreesRoom()
    {
        var (peer, connection) = HandPeer.Established();

        uint taken = 0;
        while (peer.Send(TcpFlags.Ack, Theirs + taken, Ours, [1], mark: (int)taken) == DropReason.None && taken < 10_000)
        {
            taken++;
            peer.Poll();
        }

        connection.Consume(1);
        DropReason after = peer.Send(TcpFlags.Ack, Theirs + taken, Ours, [1], mark: (int)taken);

        Assert.That((taken, after), Is.EqualTo((4096u, DropReason.None)));
    }

    [TestCase("0266778899ab0211223344550800", DropReason.NotOurMac, TestName = "Input_OtherStation_Counted")]
    [TestCase("0266778899aa0211223344558100000508004500", DropReason.VlanMismatch, TestName = "Input_TagWithoutVlan_Counted")]
    [TestCase("0266778899aa02112233445588cc0000", DropReason.UnknownEtherType, TestName = "Input_Lldp_Counted")]
    [TestCase("0266778899aa021122334455", DropReason.EthernetTruncated, TestName = "Input_TwelveBytes_Counted")]
    public void Input_NotForUs_Counted(string hex, DropReason expected)
    {
        var stack = new NetStack(TwoHosts.ServerConfig);

        DropReason reason = stack.Input(Convert.FromHexString(hex), 0);

        Assert.That((reason, stack.Statistics[expected], stack.Statistics.TotalDropped), Is.EqualTo((expected, 1L, 1L)));
    }

    private static byte[] BuildRaw(TcpFlags flags, uint sequence, uint acknowledgment, byte[] payload, ushort window, byte[] optionBytes)
    {
        int padded = (optionBytes.Length + 3) / 4 * 4;
        byte[] joined = new byte[padded + payload.Length];
        optionBytes.CopyTo(joined, 0);
        payload.CopyTo(joined, padded);
        byte[] frame = HandPeer.Build(flags, sequence, acknowledgment, joined, window);
        frame[46] = (byte)((20 + padded) / 4 << 4);
        return frame;
    }
}
