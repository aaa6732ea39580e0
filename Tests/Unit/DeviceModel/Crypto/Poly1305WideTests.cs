using System.Runtime.Intrinsics.X86;
using CsCheck;
using NicEmu.DeviceModel.Crypto;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Crypto;

/// <summary>The published edge cases of Poly1305 are shorter than what the wide kernel takes, so its carries are compared with the portable ones.</summary>
[TestFixture]
internal sealed unsafe class Poly1305WideTests
{
    private static readonly byte[] s_extremes = [0x00, 0x01, 0x7F, 0xFA, 0xFB, 0xFC, 0xFE, 0xFF];
    private static readonly Gen<byte> s_extremeByte = Gen.Int[0, 7].Select(i => s_extremes[i]);

    [SetUp]
    public void RequireInstructions()
    {
        if (!Avx512BW.IsSupported)
        {
            Assert.Ignore("no 512-bit vectors on this processor");
        }
    }

    [Test]
    public void Update_AllOnesEverywhere_EqualsPortable()
    {
        var state = new MacState
        {
            Sum0 = ulong.MaxValue,
            Sum1 = ulong.MaxValue,
            Sum2 = 4,
            Multiplier0 = Poly1305.ClampLow,
            Multiplier1 = Poly1305.ClampHigh,
            Addend0 = ulong.MaxValue,
            Addend1 = ulong.MaxValue,
        };
        var data = new byte[16 * 1031];
        data.AsSpan().Fill(0xFF);

        Assert.That(WideTag(state, data), Is.EqualTo(PortableTag(state, data)));
    }

    [Test]
    public void Update_ExtremeBytesAndAnyLength_EqualsPortable() =>
        Gen.Select(s_extremeByte.Array[32], s_extremeByte.Array[1, 40], Gen.Int[32, 200]).Sample(
            r =>
            {
                var (key, pattern, blocks) = r;
                var state = default(MacState);
                Poly1305.Begin(ref state, key);
                var data = new byte[16 * blocks];
                for (var i = 0; i < data.Length; i++)
                {
                    data[i] = pattern[i % pattern.Length];
                }

                return WideTag(state, data).AsSpan().SequenceEqual(PortableTag(state, data));
            },
            iter: 2000);

    // 2^130 - 5 is zero: sums that reach the modulus exactly, one below and one above (RFC 8439 appendix A.3, vectors 7 to 11 test the same).
    [TestCase(0xFFFF_FFFF_FFFF_FFFAUL)]
    [TestCase(0xFFFF_FFFF_FFFF_FFFBUL)]
    [TestCase(0xFFFF_FFFF_FFFF_FFFCUL)]
    public void Finish_SumAroundTheModulus_IsReducedFully(ulong lowWord)
    {
        var state = new MacState { Sum0 = lowWord, Sum1 = ulong.MaxValue, Sum2 = 3 };
        var tag = new byte[16];

        Poly1305.Finish(in state, tag);

        var modulus = (System.Numerics.BigInteger.One << 130) - 5;
        var sum = (System.Numerics.BigInteger.One << 130) - (System.Numerics.BigInteger.One << 64) + lowWord;
        var expected = (sum % modulus) % (System.Numerics.BigInteger.One << 128);
        Assert.That(new System.Numerics.BigInteger(tag, isUnsigned: true), Is.EqualTo(expected));
    }

    private static byte[] WideTag(MacState state, byte[] data)
    {
        var tag = new byte[16];
        fixed (byte* p = data)
        {
            Poly1305Wide.Update(ref state, p, (nuint)data.Length / 16);
        }

        Poly1305.Finish(in state, tag);
        return tag;
    }

    private static byte[] PortableTag(MacState state, byte[] data)
    {
        var tag = new byte[16];
        fixed (byte* p = data)
        {
            Poly1305.Update(ref state, p, (nuint)data.Length / 16);
        }

        Poly1305.Finish(in state, tag);
        return tag;
    }
}
