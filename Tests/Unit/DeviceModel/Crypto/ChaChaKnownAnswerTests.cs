using NicEmu.DeviceModel.Crypto;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Crypto;

/// <summary>The examples of RFC 8439.</summary>
[TestFixture]
internal sealed unsafe class ChaChaKnownAnswerTests
{
    private static readonly byte[] s_sunscreen =
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."u8.ToArray();

    // §2.3.2
    [TestCaseSource(typeof(CipherCases), nameof(CipherCases.ChaChaKernels))]
    public void Block_ExampleOfSection232_GivesItsKeystream(CipherKernel kernel)
    {
        var key = Counting(0, 32);
        var nonce = CipherCases.Hex("000000090000004a00000000");
        var block = new byte[64];

        fixed (byte* k = key, n = nonce, b = block)
        {
            ChaChaKernel.For(kernel).Block(k, n, 1, b);
        }

        Assert.That(block, Is.EqualTo(CipherCases.Hex(
            "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e")));
    }

    // §2.4.2
    [TestCaseSource(typeof(CipherCases), nameof(CipherCases.ChaChaKernels))]
    public void XorKeystreamAt_ExampleOfSection242_GivesItsCiphertext(CipherKernel kernel)
    {
        using var key = new AeadKey(AeadAlgorithm.ChaCha20Poly1305, Counting(0, 32), kernel);
        var output = new byte[s_sunscreen.Length];

        IncrementalAead.XorKeystreamAt(key, CipherCases.Hex("000000000000004a00000000"), 0, s_sunscreen, output);

        Assert.That(output, Is.EqualTo(CipherCases.Hex(
            "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d8"
            + "07ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab77937365af90bbf74a35be6b40b8eedf2785e42874d")));
    }

    // §2.5.2
    [Test]
    public void Poly1305_ExampleOfSection252_GivesItsTag()
    {
        var message = "Cryptographic Forum Research Group"u8.ToArray();
        var mac = default(MacState);
        var tag = new byte[16];

        Poly1305.Begin(ref mac, CipherCases.Hex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b"));
        fixed (byte* data = message)
        {
            Poly1305.Update(ref mac, data, 2);
        }

        Poly1305.UpdateShort(ref mac, message.AsSpan(32));
        Poly1305.Finish(in mac, tag);

        Assert.That(tag, Is.EqualTo(CipherCases.Hex("a8061dc1305136c6c22b8baf0c0127a9")));
    }

    // §2.8.2
    [TestCaseSource(typeof(CipherCases), nameof(CipherCases.ChaChaKernels))]
    public void Seal_ExampleOfSection282_GivesCiphertextAndTag(CipherKernel kernel)
    {
        using var key = new AeadKey(AeadAlgorithm.ChaCha20Poly1305, Counting(0x80, 32), kernel);
        var output = new byte[s_sunscreen.Length];
        var tag = new byte[16];

        IncrementalAead.Seal(
            key, CipherCases.Hex("070000004041424344454647"), CipherCases.Hex("50515253c0c1c2c3c4c5c6c7"), s_sunscreen, output, tag);

        Assert.That(output, Is.EqualTo(CipherCases.Hex(
            "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
            + "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116")));
        Assert.That(tag, Is.EqualTo(CipherCases.Hex("1ae10b594f09e26a7e902ecbd0600691")));
    }

    private static byte[] Counting(byte first, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)(first + i);
        }

        return bytes;
    }
}
