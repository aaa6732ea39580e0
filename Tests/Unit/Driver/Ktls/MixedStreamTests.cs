using CsCheck;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Net;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Ktls;

/// <summary>Records out of segments of which the card decrypted any, which come in any order, twice, overlapping, and cut anew: TCP reassembly and record layer together.</summary>
[TestFixture]
public sealed class MixedStreamTests
{
    private const uint Start = HandPeer.PeerInitial + 1;
    private const int Segments = 5;

    /// <summary>Ends of four of the five segments, in thousandths of the stream.</summary>
    private static readonly int[][] Cuts = [[200, 400, 600, 800], [10, 20, 500, 990], [120, 340, 350, 700], [3, 6, 9, 12]];

    private static readonly int[][] Orders = [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]];

    [Test, Combinatorial]
    public void Stream_EverySubsetEveryCut_GivesTheContent([Values] TlsVersion version, [Values] TlsCipher cipher, [Values] Copies copies)
    {
        var stream = new TwoForms(version, cipher);
        foreach (int[] cuts in Cuts)
        {
            int[] ends = [.. cuts.Select(c => c * stream.Length / 1000), stream.Length];
            foreach (int[] order in Orders)
            {
                for (int subset = 0; subset < 1 << Segments; subset++)
                {
                    var sent = new List<(int From, int To, bool Decrypted)>();
                    foreach (int i in order) AddSegment(sent, copies, i == 0 ? 0 : ends[i - 1], ends[i], (subset >> i & 1) != 0, stream.Length);

                    Assert.That(stream.Receive(sent), Is.EqualTo(stream.Content), $"subset {subset}, cuts {string.Join(' ', ends)}, order {string.Join(' ', order)}");
                }
            }
        }
    }

    [Test]
    public void Stream_AnySegmentsWithAnyMarks_GivesTheContent()
    {
        var stream = new TwoForms(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        Gen<(int From, int Length, bool Decrypted)> segment = Gen.Select(Gen.Int[0, stream.Length - 1], Gen.Int[1, 300], Gen.Bool);

        Gen.Select(segment.Array[0, 40], Gen.Bool).Sample((segments, last) =>
        {
            List<(int From, int To, bool Decrypted)> sent = [.. segments.Select(s => (s.From, Math.Min(s.From + s.Length, stream.Length), s.Decrypted))];
            // In the end everything was sent at least once.
            sent.Add((0, stream.Length, last));
            return stream.Receive(sent).AsSpan().SequenceEqual(stream.Content);
        }, iter: 2000);
    }

    /// <summary>What comes besides a segment.</summary>
    public enum Copies
    {
        /// <summary>Nothing.</summary>
        None,

        /// <summary>The same again, in the other form.</summary>
        Duplicate,

        /// <summary>The segment reaches into its neighbours.</summary>
        Overlap,

        /// <summary>Before it, its second half with the first of what follows, in the other form.</summary>
        CutAnew,
    }

    private static void AddSegment(List<(int From, int To, bool Decrypted)> sent, Copies copies, int from, int to, bool decrypted, int length)
    {
        int middle = (from + to) / 2;
        if (copies == Copies.CutAnew) sent.Add((middle, Math.Min(to + 20, length), !decrypted));
        if (copies == Copies.Overlap) (from, to) = (Math.Max(0, from - 7), Math.Min(length, to + 9));
        sent.Add((from, to, decrypted));
        if (copies == Copies.Duplicate) sent.Add((from, to, !decrypted));
    }

    /// <summary>Four records as on the wire, and as a card that decrypted them would deliver them.</summary>
    private sealed class TwoForms
    {
        private readonly TlsCryptoInfo _info;
        private readonly byte[] _wire;
        private readonly byte[] _plain;

        public TwoForms(TlsVersion version, TlsCipher cipher)
        {
            _info = KtlsFixture.Info(version, cipher, 3);
            byte[][] contents = [KtlsFixture.Pattern(200, 1), KtlsFixture.Pattern(1, 2), KtlsFixture.Pattern(333, 3), KtlsFixture.Pattern(64, 4)];
            Content = [.. contents.SelectMany(static c => c)];
            _wire = [.. contents.SelectMany((c, i) => KtlsFixture.Seal(_info, TlsContentType.ApplicationData, 3 + (ulong)i, c))];
            _plain = [.. contents.SelectMany((c, i) => KtlsFixture.Decrypted(_info, TlsContentType.ApplicationData, 3 + (ulong)i, c))];
        }

        public byte[] Content { get; }

        public int Length => _wire.Length;

        public byte[] Receive(List<(int From, int To, bool Decrypted)> segments)
        {
            var (peer, connection) = HandPeer.Established();
            using var session = new KtlsRxSession(_info, Start, new(), null);
            var received = new List<byte>();
            foreach ((int from, int to, bool decrypted) in segments)
            {
                if (to <= from) continue;
                byte[] form = decrypted ? _plain : _wire;
                peer.Send(TcpFlags.Ack, Start + (uint)from, HandPeer.OurInitial + 1, form.AsSpan(from, to - from), mark: decrypted ? 1 : 0);
                while (session.Error == KtlsError.None && connection.TryReceive(out ReceivedChunk chunk))
                {
                    connection.Consume(session.Input(chunk.Bytes, chunk.Mark, (_, content) => received.AddRange(content)));
                }
            }

            Assert.That((session.Error, session.RecordNumber), Is.EqualTo((KtlsError.None, 7UL)));
            return [.. received];
        }
    }
}
