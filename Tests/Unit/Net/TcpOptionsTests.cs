using CsCheck;
using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class TcpOptionsTests
{
    [Test]
    public void Write_SynOptions_KindsAndLengthsOfTheRfcs()
    {
        var options = new TcpOptions
        {
            MaximumSegmentSize = 0x2345,
            SackPermitted = true,
            HasTimestamps = true,
            TimestampValue = 0x6789_ABCD,
            TimestampEcho = 0xEF10_3254,
            WindowScale = 14,
        };
        byte[] written = new byte[40];

        int length = options.Write(written);

        // MSS 02 04; NOP NOP SACK-Permitted 04 02; NOP NOP Timestamps 08 0A; NOP Window Scale 03 03.
        Assert.That(
            Convert.ToHexString(written[..length]), Is.EqualTo("02042345" + "01010402" + "0101080A6789ABCDEF103254" + "0103030E"));
        Assert.That(length, Is.EqualTo(options.EncodedLength));
    }

    [Test]
    public void TryRead_TimestampsAndThreeSackBlocks_AllRead()
    {
        byte[] bytes = Convert.FromHexString("0101080A0A0B0C0D1A1B1C1D" + "0101051A" + "2122232431323334" + "4142434451525354" + "6162636471727374");

        bool read = TcpOptions.TryRead(bytes, out TcpOptions options);
        byte[] written = new byte[40];
        int length = options.Write(written);

        Assert.That(read, Is.True);
        Assert.That((options.TimestampValue, options.TimestampEcho), Is.EqualTo((0x0A0B_0C0Du, 0x1A1B_1C1Du)));
        Assert.That(options.SackCount, Is.EqualTo(3));
        Assert.That(options.GetSackBlock(0), Is.EqualTo(new SackBlock(0x2122_2324, 0x3132_3334)));
        Assert.That(options.GetSackBlock(2), Is.EqualTo(new SackBlock(0x6162_6364, 0x7172_7374)));
        Assert.That(written[..length], Is.EqualTo(bytes));
    }

    [TestCase("0200", TestName = "TryRead_LengthZero_Refused")]
    [TestCase("0301", TestName = "TryRead_LengthOne_Refused")]
    [TestCase("01010204", TestName = "TryRead_LengthBeyondEnd_Refused")]
    [TestCase("FD", TestName = "TryRead_KindWithoutLength_Refused")]
    public void TryRead_Malformed_Refused(string hex) => Assert.That(TcpOptions.TryRead(Convert.FromHexString(hex), out _), Is.False);

    [Test]
    public void TryRead_UnknownKindsAndWrongLengths_SkippedByLength()
    {
        // RFC 9293 §3.1, MUST-6: unknown options are ignored. MSS of length 3 and SACK of length 9 are nobody's.
        bool read = TcpOptions.TryRead(Convert.FromHexString("FD0455AA" + "020399" + "0509AABBCCDDEEFF11" + "030307" + "00FF"), out TcpOptions options);

        Assert.That(read, Is.True, "what follows End of Option List is not read");
        Assert.That((options.MaximumSegmentSize, options.SackCount, options.WindowScale), Is.EqualTo((-1, 0, 7)));
    }

    [Test]
    public void TryRead_AnyBytes_TerminatesAndNeverThrows() =>
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            if (TcpOptions.TryRead(bytes, out TcpOptions options)) Assert.That(options.SackCount, Is.InRange(0, 4));
        });
}
