using NicEmu.Tests.Interop.Traces;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Interop.Demo;

/// <summary>
/// Every file that <c>nicemu demo</c> writes, judged by every tshark there is. Without a loss before the card no option at all is given; else the one
/// that the manual names. The default run has each version with each loss and each cipher; the long run has the other combinations.
/// </summary>
public sealed class DemoVerdictTests
{
    private static readonly string[] Versions = ["1.2", "1.3"];
    private static readonly string[] Ciphers = ["aes-128-gcm", "aes-256-gcm", "chacha20-poly1305"];
    private static readonly string[] Losses = ["none", "tx", "rx", "both"];

    [TestCaseSource(nameof(Selection))]
    public void Demo_OpenedByTshark_ShowsThePlaintext(string tls, string cipher, string loss) => Judge(tls, cipher, loss);

    [TestCaseSource(nameof(Others))]
    [Category("Long")]
    public void Demo_OpenedByTsharkOthers_ShowsThePlaintext(string tls, string cipher, string loss) => Judge(tls, cipher, loss);

    [TestCaseSource(nameof(Selection))]
    public void Demo_SameSeed_SameFile(string tls, string cipher, string loss) => Repeat(tls, cipher, loss);

    [TestCaseSource(nameof(Others))]
    [Category("Long")]
    public void Demo_SameSeedOthers_SameFile(string tls, string cipher, string loss) => Repeat(tls, cipher, loss);

    [TestCaseSource(nameof(Selection))]
    public void Demo_Retransmissions_AreIdentical(string tls, string cipher, string loss)
    {
        using DemoFile demo = DemoFile.Create(tls, cipher, loss);

        SequenceByteMap map = demo.ByteMap();

        Assert.That(map.AllIdentical, Is.True);
        Assert.That(map.Bytes, Is.GreaterThan(2 * DemoFile.ContentBytes));
        Assert.That(map.Retransmissions.Any(r => r.Flow.DestinationPort == 4433), Is.EqualTo(loss is "tx" or "both"), "the card sent something again");
    }

    [Test]
    public void Verdict_CiphertextByteFlipped_IsSeen([ValueSource(nameof(Versions))] string tls)
    {
        using DemoFile demo = DemoFile.Create(tls, Ciphers[0], "none");
        int seen = 0;
        demo.ChangeOneFrame(frame =>
        {
            bool isVictim = frame.Length > 1000 && ++seen == 20;
            if (isVictim)
            {
                DemoFile.FlipPayloadByte(frame);
            }

            return isVictim;
        });

        foreach (TsharkVerdict verdict in Verdicts(demo, "none"))
        {
            Assert.That(verdict.TagMismatches, Is.Positive);
            Assert.That(() => demo.AssertPlaintext(verdict.Followed), Throws.InstanceOf<AssertionException>());
            Assert.That(verdict.BadChecksums, Is.Empty);
        }
    }

    [Test]
    public void Verdict_ChecksumBroken_IsSeen([ValueSource(nameof(Versions))] string tls)
    {
        using DemoFile demo = DemoFile.Create(tls, Ciphers[1], "none");
        demo.ChangeOneFrame(frame =>
        {
            bool isTcp = TcpFrame.TryParse(frame, out _);
            if (isTcp)
            {
                frame[14 + 20 + 16] ^= 0xFF; // IPv4 without options: the TCP checksum
            }

            return isTcp;
        });

        foreach (TsharkVerdict verdict in Verdicts(demo, "none"))
        {
            Assert.That(verdict.BadChecksums, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public void Verdict_SecretsRemoved_IsSeen([ValueSource(nameof(Versions))] string tls)
    {
        using DemoFile demo = DemoFile.Create(tls, Ciphers[2], "tx");
        demo.RemoveSecrets();

        foreach (TsharkVerdict verdict in Verdicts(demo, "tx"))
        {
            Assert.That(verdict.Followed.Values, Is.All.Empty);
        }
    }

    [Test]
    public void ByteMap_RetransmissionChanged_IsSeen([ValueSource(nameof(Versions))] string tls)
    {
        using DemoFile demo = DemoFile.Create(tls, Ciphers[2], "tx");
        RetransmittedRange repeated = demo.ByteMap().Retransmissions[0];
        bool first = true;
        demo.ChangeOneFrame(frame =>
        {
            bool isIt = TcpFrame.TryParse(frame, out TcpFrame segment) && segment.Flow == repeated.Flow && segment.Sequence == repeated.Start && segment.Payload.Length > 0;
            bool isRepetition = isIt && !first;
            first &= !isIt;
            if (isRepetition)
            {
                DemoFile.FlipPayloadByte(frame);
            }

            return isRepetition;
        });

        Assert.That(demo.ByteMap().AllIdentical, Is.False);
    }

    private static void Judge(string tls, string cipher, string loss)
    {
        using DemoFile demo = DemoFile.Create(tls, cipher, loss);

        foreach (TsharkVerdict verdict in Verdicts(demo, loss))
        {
            demo.AssertPlaintext(verdict.Followed);
            verdict.AssertClean(new Dictionary<string, byte[]>());
        }

        Assert.That(demo.ByteMap().AllIdentical, Is.True);
    }

    private static void Repeat(string tls, string cipher, string loss)
    {
        using DemoFile first = DemoFile.Create(tls, cipher, loss, seed: 5);
        using DemoFile again = DemoFile.Create(tls, cipher, loss, seed: 5);
        using DemoFile other = DemoFile.Create(tls, cipher, loss, seed: 6);

        Assert.That(again.FileSha256, Is.EqualTo(first.FileSha256));
        Assert.That(other.FileSha256, Is.Not.EqualTo(first.FileSha256));
    }

    private static IEnumerable<TsharkVerdict> Verdicts(DemoFile demo, string loss)
    {
        Tshark.Require();
        string[] options = loss is "rx" or "both" ? ["-o", "tcp.reassemble_out_of_order:TRUE"] : [];
        foreach (TsharkProgram program in Tshark.Programs)
        {
            TestContext.Out.WriteLine(program);
            yield return TsharkVerdict.With(program, demo.Path, (demo.Client, DemoFile.Server), options);
        }
    }

    private static IEnumerable<object[]> Selection() => Matrix().Where((_, i) => IsSelected(i));

    private static IEnumerable<object[]> Others() => Matrix().Where((_, i) => !IsSelected(i));

    // Of the 24, in the order of version, loss, cipher: one cipher for each version and loss, another each time.
    private static bool IsSelected(int index) => index % 3 == index / 3 * 2 % 3;

    private static IEnumerable<object[]> Matrix() =>
        from version in Versions
        from loss in Losses
        from cipher in Ciphers
        select new object[] { version, cipher, loss };
}
