using System.Buffers.Binary;
using CsCheck;
using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Core;

/// <summary>Positional and range contexts by the verbs of the engine room alone, as a vendor's interface would use them.</summary>
internal sealed class TxModeTests
{
    private const uint Start = 0xFFFF_F000;
    private const ulong FirstNumber = 7;
    private const TxOffloads TlsTso = TxOffloads.Tls | TxOffloads.Segmentation;

    [Test]
    public void Positional_RetransmissionsOfAnyRange_AreOnTheWireWhatTheOracleSays(
        [Values(TlsVersion.Tls12, TlsVersion.Tls13)] TlsVersion version, [Values] TlsCipher cipher, [Values] bool ipv6)
    {
        var oracle = new RecordOracle(version, cipher);
        Gen.Select(Gen.OneOf(Gen.Int[0, 40], Gen.Int[1000, 4000]).Array[1, 5], Gen.Int[0, int.MaxValue].Array[1, 8], Gen.Int[100, 1440]).Sample(
            (lengths, wants, mss) =>
            {
                var nic = new NullPersonality();
                ulong handle = Install(nic, oracle, TxMode.Positional);
                (byte[] plain, byte[] wire) = oracle.Stream(lengths, FirstNumber);
                int[] starts = Starts(plain);
                foreach (int want in wants)
                {
                    int from = want % plain.Length;
                    int record = Array.FindLastIndex(starts, s => s <= from);
                    nic.Core.SetContext(0, handle, version, FirstNumber + (ulong)record);
                    nic.Core.SetProgress(0, handle, unchecked(Start + (uint)starts[record]));
                    nic.Core.Fence(0);
                    if (from > starts[record] && nic.Core.Replay(0, handle, plain.AsSpan(starts[record], from - starts[record])) != TxStatus.Ok)
                    {
                        return false;
                    }

                    nic.Link.Sent.Clear();
                    TxOutcome outcome = nic.Submit(Chain(plain, from, plain.Length - from, 0, ipv6), TlsTso, mss, ipv6 ? 74 : 54, handle: handle);
                    nic.Scheduler.RunAll();
                    if (outcome.Status != TxStatus.Ok || !StreamOf(nic).AsSpan().SequenceEqual(wire.AsSpan(from)))
                    {
                        return false;
                    }
                }

                return true;
            },
            iter: 15);
    }

    [Test]
    public void Range_AnySkip_LeavesWithItsOwnLengthsAndChecksums(
        [Values(TlsVersion.Tls12, TlsVersion.Tls13)] TlsVersion version, [Values] TlsCipher cipher, [Values] bool ipv6)
    {
        var oracle = new RecordOracle(version, cipher);
        (byte[] plain, byte[] wire) = oracle.Stream([1000], FirstNumber);
        var nic = new NullPersonality();
        ulong handle = Install(nic, oracle, TxMode.Range);

        for (int skip = 0; skip <= plain.Length - 16; skip += 37)
        {
            nic.Link.Sent.Clear();
            TxStatus range = nic.Core.Range(0, Range(handle, plain, skip, version, cipher));
            TxOutcome outcome = nic.Submit(Chain(plain, 0, plain.Length, skip, ipv6), TxOffloads.Tls, headerLength: ipv6 ? 74 : 54, handle: handle);
            nic.Scheduler.RunAll();

            Assert.That((range, outcome), Is.EqualTo((TxStatus.Ok, new TxOutcome(TxStatus.Ok, 1, false))));
            byte[] frame = nic.Link.Sent.Single();
            byte[] expected = Chain(wire, skip, wire.Length - skip, 0, ipv6);
            Assert.That(frame, Is.EqualTo(expected), $"skip {skip}");
        }
    }

    [Test]
    public void Place_FollowedByAChainWithoutPayload_IsGone()
    {
        var oracle = new RecordOracle(TlsVersion.Tls12, TlsCipher.Aes128Gcm);
        var nic = new NullPersonality();
        ulong tracked = TlsTransmitTests.Install(nic, oracle);
        (byte[] plain, _) = oracle.Stream([1000], FirstNumber);
        RangeParameters record = Range(tracked, plain, 0, TlsVersion.Tls12, TlsCipher.Aes128Gcm);
        nic.Core.Position(0, new PositionParameters
        {
            Handle = tracked,
            RecordStartSequence = Start,
            RecordNumber = record.RecordNumber,
            ExplicitNonce = record.ExplicitNonce,
            LengthField = record.LengthField,
            RecordType = record.RecordType,
            HeaderVersion = record.HeaderVersion,
        });

        TxOutcome outcome = nic.Submit(Chain(plain, 0, 0, 0, false), TxOffloads.Tls, headerLength: 54, handle: tracked);

        Assert.That((outcome.Status, nic.Core.CancelPosition(0)), Is.EqualTo((TxStatus.Ok, false)));
    }

    [Test]
    public void Range_Backpressure_KeepsItsPlaceForTheSameChain()
    {
        var oracle = new RecordOracle(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        (byte[] plain, byte[] wire) = oracle.Stream([1000], FirstNumber);
        var nic = new NullPersonality();
        ulong handle = Install(nic, oracle, TxMode.Range);
        while (!nic.Submit(new byte[100]).Backpressure)
        {
        }

        nic.Core.Range(0, Range(handle, plain, 40, TlsVersion.Tls13, TlsCipher.Aes128Gcm));
        byte[] chain = Chain(plain, 0, plain.Length, 40, false);
        TxOutcome full = nic.Submit(chain, TxOffloads.Tls, headerLength: 54, handle: handle);
        nic.Scheduler.RunAll();
        nic.Link.Sent.Clear();
        TxOutcome accepted = nic.Submit(chain, TxOffloads.Tls, headerLength: 54, handle: handle);
        nic.Scheduler.RunAll();

        Assert.That((full.Backpressure, accepted.Status), Is.EqualTo((true, TxStatus.Ok)));
        Assert.That(StreamOf(nic), Is.EqualTo(wire[40..]));
        Assert.That(nic.Core.Statistics.TxTlsWasteBytes, Is.EqualTo(40));
    }

    [TestCase(TxMode.Positional)]
    [TestCase(TxMode.Range)]
    public void Modes_InSteadyState_AllocateNothing(TxMode mode)
    {
        var oracle = new RecordOracle(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        var nic = new NullPersonality(traced: false);
        nic.Link.Keep = false;
        ulong handle = Install(nic, oracle, mode);
        (byte[] plain, _) = oracle.Stream([16000], FirstNumber);
        byte[] chain = Chain(plain, 0, plain.Length, 0, false);
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();

        Run();

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That((nic.Core.Statistics.TxTlsErrors, nic.Core.Statistics.TxTlsPackets), Is.EqualTo((0UL, 40UL * 12)));

        void Run()
        {
            for (int i = 0; i < 20; i++)
            {
                if (mode == TxMode.Range)
                {
                    nic.Core.Range(0, Range(handle, plain, 100, TlsVersion.Tls13, TlsCipher.Aes128Gcm));
                }
                else
                {
                    nic.Core.SetContext(0, handle, TlsVersion.Tls13, FirstNumber);
                    nic.Core.SetProgress(0, handle, Start);
                    nic.Core.Replay(0, handle, default);
                    nic.Core.Fence(0);
                }

                var request = new TxRequest { Offloads = TlsTso, Mss = 1400, HeaderLength = 54, Handle = handle, Frame = chain };
                nic.Core.Submit(ref request);
                nic.Scheduler.RunAll();
            }
        }
    }

    private static ulong Install(NullPersonality nic, RecordOracle oracle, TxMode mode)
    {
        nic.Core.CreateKey(oracle.Cipher, oracle.Key, 0, out ulong key);
        var parameters = new TxContextParameters
        {
            KeyHandle = key,
            Version = oracle.Version,
            Mode = mode,
            Queue = 0,
            Iv = oracle.Iv,
            StartSequence = Start,
            RecordNumber = FirstNumber,
        };
        return nic.Core.InstallTx(parameters, out ulong handle) == CoreStatus.Ok ? handle : throw new InvalidOperationException("refused");
    }

    private static RangeParameters Range(ulong handle, byte[] plain, int skip, TlsVersion version, TlsCipher cipher) => new()
    {
        Handle = handle,
        RecordNumber = FirstNumber,
        ExplicitNonce = version == TlsVersion.Tls12 && cipher != TlsCipher.ChaCha20Poly1305 ? BinaryPrimitives.ReadUInt64BigEndian(plain.AsSpan(5)) : 0,
        LengthField = BinaryPrimitives.ReadUInt16BigEndian(plain.AsSpan(3)),
        RecordType = 23,
        HeaderVersion = 0x0303,
        Offset = 0,
        Length = (uint)(5 + BinaryPrimitives.ReadUInt16BigEndian(plain.AsSpan(3))),
        Skip = (uint)skip,
    };

    private static int[] Starts(byte[] plain)
    {
        var starts = new List<int>();
        for (int at = 0; at < plain.Length; at += 5 + BinaryPrimitives.ReadUInt16BigEndian(plain.AsSpan(at + 3)))
        {
            starts.Add(at);
        }

        return [.. starts];
    }

    private static byte[] Chain(byte[] stream, int start, int count, int skip, bool ipv6) => new TcpFrame
    {
        Sequence = unchecked(Start + (uint)(start + skip)),
        Payload = stream.AsSpan(start, count).ToArray(),
        TcpOptions = [],
        Ipv6 = ipv6,
    }.Build();

    private static byte[] StreamOf(NullPersonality nic)
    {
        var stream = new List<byte>();
        foreach (byte[] frame in nic.Link.Sent)
        {
            FrameLayout layout = FrameParser.Parse(frame);
            stream.AddRange(layout.IsTcp ? frame[layout.PayloadOffset..] : []);
        }

        return [.. stream];
    }
}
