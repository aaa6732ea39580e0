using CsCheck;
using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class InternetChecksumTests
{
    [Test]
    public void Compute_ExampleOfRfc1071Section3_ComplementOfDdf2()
    {
        ushort checksum = InternetChecksum.Compute([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]);

        Assert.That(checksum, Is.EqualTo(0x220D));
    }

    [Test]
    public void Compute_OddLength_PadsWithZero()
    {
        // RFC 1071 §1: an odd last byte is padded with zero on the right: 0102 + 0300 = 0402.
        Assert.That(InternetChecksum.Compute([0x01, 0x02, 0x03]), Is.EqualTo(0xFBFD));
    }

    [Test]
    public void Add_AnyCut_SameAsWordByWord() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[0, 200], Gen.Int[0, 200]).Sample((data, first, second) =>
        {
            int cut1 = Math.Min(first, data.Length);
            int cut2 = Math.Clamp(second, cut1, data.Length);
            var sum = new InternetChecksum();
            sum.Add(data.AsSpan(0, cut1));
            sum.Add(data.AsSpan(cut1, cut2 - cut1));
            sum.Add(data.AsSpan(cut2));

            uint expected = 0;
            for (int i = 0; i < data.Length; i++) expected += (uint)(data[i] << ((i & 1) == 0 ? 8 : 0));
            while (expected > 0xFFFF) expected = (expected & 0xFFFF) + (expected >> 16);
            return sum.Value == (ushort)~expected;
        });

    [Test]
    public void IsValid_FieldFilledIn_TrueAndFalseAfterAnyBitFlip()
    {
        byte[] header = Convert.FromHexString("45000073000040004011b861c0a80001c0a800c7");
        var sum = new InternetChecksum();
        sum.Add(header);
        Assert.That(sum.IsValid, Is.True);

        for (int bit = 0; bit < header.Length * 8; bit++)
        {
            header[bit / 8] ^= (byte)(1 << (bit % 8));
            var broken = new InternetChecksum();
            broken.Add(header);
            Assert.That(broken.IsValid, Is.False, $"bit {bit}");
            header[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
