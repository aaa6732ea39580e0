using CsCheck;
using NicEmu.DeviceModel.Port;
using NicEmu.Tests.Block.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Port;

internal sealed class ChecksumEngineTests
{
    [Test]
    public void Add_ExampleOfRfc1071_GivesItsSum()
    {
        byte[] data = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];

        uint sum = ChecksumEngine.Add(0, data);

        // RFC 1071 §3.
        Assert.That(sum, Is.EqualTo(0xddf2));
    }

    [Test]
    public void Update_ExampleOfRfc1624_GivesMinusZeroNotPlusZero()
    {
        ushort updated = ChecksumEngine.Update(0xDD2F, 0x5555, 0x3285);

        // RFC 1624 §4.
        Assert.That(updated, Is.Zero);
    }

    [Test]
    public void Finish_Ipv4Header_IsTheKnownChecksum()
    {
        byte[] header = Convert.FromHexString("450000730000400040110000c0a80001c0a800c7");

        ushort checksum = ChecksumEngine.Finish(ChecksumEngine.Add(0, header));

        Assert.That(checksum, Is.EqualTo(0xb861));
    }

    [Test]
    public void Add_AnyLength_EqualsThePlainLoop() =>
        Gen.Select(Gen.Byte.Array[0, 400], Gen.Int[0, 0xFFFF]).Sample((data, start) =>
            ChecksumEngine.Finish(ChecksumEngine.Add((uint)start, data)) == TcpFrame.Checksum(TcpFrame.Sum((uint)start, data)));

    [TestCase(32768)]
    [TestCase(32769)]
    [TestCase(65792)]
    [TestCase(131073)]
    public void Add_MoreThanABlockOfOnes_DoesNotOverflow(int length)
    {
        var data = new byte[length];
        data.AsSpan().Fill(0xFF);

        uint sum = ChecksumEngine.Add(0, data);

        Assert.That(ChecksumEngine.Finish(sum), Is.EqualTo(TcpFrame.Checksum(TcpFrame.Sum(0, data))));
    }

    [Test]
    public void Add_TwoPiecesCutAtAnEvenPlace_EqualsOne() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[0, 150]).Sample((data, cut) =>
        {
            int even = Math.Min(cut * 2, data.Length & ~1);
            return ChecksumEngine.Add(ChecksumEngine.Add(0, data.AsSpan(0, even)), data.AsSpan(even)) == ChecksumEngine.Add(0, data);
        });

    [Test]
    public void Update_AnyWordOfAHeader_EqualsComputingAnew() =>
        Gen.Select(Gen.Byte.Array[20], Gen.Int[0, 9], Gen.UShort).Sample((data, index, word) =>
        {
            data[19] |= 1;
            ushort before = ChecksumEngine.Finish(ChecksumEngine.Add(0, data));
            var old = (ushort)((data[2 * index] << 8) | data[(2 * index) + 1]);
            ushort updated = ChecksumEngine.Update(before, old, word);
            data[2 * index] = (byte)(word >> 8);
            data[(2 * index) + 1] = (byte)word;
            ushort anew = ChecksumEngine.Finish(ChecksumEngine.Add(0, data));

            // The one sum that has two representations is that of nothing but zeros.
            return updated == anew || !data.AsSpan().ContainsAnyExcept((byte)0);
        });
}
