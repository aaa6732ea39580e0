using System.Buffers.Binary;
using CsCheck;
using NicEmu.Cli;
using NicEmu.Tests.Unit.Cli;
using NicEmu.Traces.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces.Tls;

/// <summary>Captures that nobody sane would write: whatever the bytes, the command answers with an exit code and words.</summary>
public sealed class TlsHostileCaptureTests
{
    private static readonly WireCapture[] s_captures = [WireCapture.Of("send-tls12-loss.pcapng"), WireCapture.Of("send-tls13-loss.pcapng")];

    private CliFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new CliFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Explain_MutatedFile_NeverBreaks()
    {
        byte[][] files = [.. s_captures.Select(c => c.ToPcapng())];

        Gen.Select(Gen.Int[0, 1], Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 20], Gen.Int[0, 1 << 20]).Sample(
            (which, changes, length) =>
            {
                byte[] file = [.. files[which]];
                foreach ((int at, byte value) in changes)
                {
                    file[at % file.Length] = value;
                }

                return Survives(file[..Math.Max(file.Length - (length % 3 == 0 ? length % file.Length : 0), 0)]);
            },
            iter: 120);
    }

    /// <summary>Changes behind the TCP header, near the start of a segment, where record and message lengths stand.</summary>
    [Test]
    public void Explain_MutatedPayload_NeverBreaks() =>
        Gen.Select(Gen.Int[0, 1], Gen.Select(Gen.Int[0, 100], Gen.Int[0, 400], Gen.Byte).Array[1, 12], Gen.Bool).Sample(
            (which, changes, hasSecrets) =>
            {
                WireCapture capture = s_captures[which].Copy();
                foreach ((int frame, int at, byte value) in changes)
                {
                    byte[] bytes = capture.Frames[frame % capture.Frames.Count];
                    bytes[Math.Min(66 + at, bytes.Length - 1)] = value;
                }

                if (!hasSecrets)
                {
                    capture.Secrets.Clear();
                }

                return Survives(capture.ToPcapng());
            },
            iter: 250);

    /// <summary>Any order, any copies, any sequence numbers.</summary>
    [Test]
    public void Explain_MutatedSegments_NeverBreaks() =>
        Gen.Select(Gen.Int[0, 1], Gen.Select(Gen.Int[0, 100], Gen.Int[0, 3], Gen.UInt).Array[1, 12]).Sample(
            (which, changes) =>
            {
                WireCapture capture = s_captures[which].Copy();
                foreach ((int number, int kind, uint value) in changes)
                {
                    int frame = number % capture.Frames.Count;
                    switch (kind)
                    {
                        case 0 when capture.Frames[frame].Length >= 42:
                            BinaryPrimitives.WriteUInt32BigEndian(capture.Frames[frame].AsSpan(38), value);
                            break;
                        case 1:
                            capture.Frames.Insert((int)(value % (uint)capture.Frames.Count), [.. capture.Frames[frame]]);
                            break;
                        case 2:
                            capture.Frames.RemoveAt(frame);
                            break;
                        case 3:
                            capture.Frames[frame] = capture.Frames[frame][..(int)(value % (uint)(capture.Frames[frame].Length + 1))];
                            break;
                        default:
                            break;
                    }
                }

                return Survives(capture.ToPcapng());
            },
            iter: 250);

    [Test]
    public void Explain_MutatedClassicPcap_NeverBreaks()
    {
        byte[] file = s_captures[1].ToPcap(1, f => f);

        Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 20].Sample(
            changes =>
            {
                byte[] changed = [.. file];
                foreach ((int at, byte value) in changes)
                {
                    changed[at % changed.Length] = value;
                }

                return Survives(changed);
            },
            iter: 60,
            threads: 1);
    }

    [Test]
    public void Say_RandomMessage_NeverThrows() =>
        Gen.Select(Gen.Int[0, 26], Gen.Byte.Array[0, 300], Gen.Bool).Sample((type, body, isTls13) =>
        {
            var agreed = new HelloFacts { SelectedVersion = (ushort)(isTls13 ? 0x0304 : 0x0303) };

            TlsMessageStory story = MessageWords.Say(type, body, agreed);

            return story.Length == body.Length;
        });

    /// <summary>A message whose lengths are right up to the extensions, which hold anything, zero-length ones included.</summary>
    [Test]
    public void Say_RandomExtensions_NeverThrows() =>
        Gen.Select(Gen.Select(Gen.OneOf(Gen.Int[0, 51], Gen.Int[0, 0xFFFF]), Gen.Byte.Array[0, 12]).Array[0, 12], Gen.Int[0, 4]).Sample((extensions, lie) =>
        {
            List<byte> block = [];
            foreach ((int type, byte[] data) in extensions)
            {
                block.AddRange([(byte)(type >> 8), (byte)type, 0, (byte)(data.Length + (lie == 3 ? 1 : 0)), .. data]);
            }

            byte[] hello = [3, 3, .. new byte[32], 0, 0, 2, 0x13, 1, 1, 0, (byte)(block.Count >> 8), (byte)block.Count, .. block];

            return MessageWords.Say(1, hello, new HelloFacts()).Name == "ClientHello";
        });

    [TestCase("")]
    [TestCase("CLIENT_RANDOM")]
    [TestCase("CLIENT_RANDOM zz zz\nA B C\n\0\0\0")]
    public void KeyLog_WithoutSecrets_IsEmpty(string text)
    {
        var keyLog = new TlsKeyLog();

        keyLog.Add(text);

        Assert.That(keyLog.Count, Is.Zero);
    }

    private bool Survives(byte[] file)
    {
        string path = _folder[Guid.NewGuid().ToString("N")];
        File.WriteAllBytes(path, file);
        CliRun run = CliRun.Of("tls", "explain", path, "--records", "all");
        File.Delete(path);
        return run.Code is ExitCode.Passed or ExitCode.Failed or ExitCode.Usage ? true : throw new InvalidOperationException(run.Error);
    }
}
