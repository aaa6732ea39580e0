using NicEmu.DeviceModel.Crypto;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Crypto;

/// <summary>Test cases of McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B, those with a 96-bit IV.</summary>
[TestFixture]
internal sealed class GcmKnownAnswerTests
{
    private const string LongKey = "feffe9928665731c6d6a8f9467308308";
    private const string Iv = "cafebabefacedbaddecaf888";
    private const string Plaintext =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";

    private const string Aad = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
    private const string Ciphertext128 =
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
        + "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985";

    private const string Ciphertext256 =
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";

    private static readonly string s_zeroKey = new('0', 32);
    private static readonly string s_zeroIv = new('0', 24);
    private static readonly string s_zeroBlock = new('0', 32);

    private static readonly (int Number, string Key, string Iv, string Plaintext, string Aad, string Ciphertext, string Tag)[] s_cases =
    [
        (1, s_zeroKey, s_zeroIv, "", "", "", "58e2fccefa7e3061367f1d57a4e7455a"),
        (2, s_zeroKey, s_zeroIv, s_zeroBlock, "", "0388dace60b6a392f328c2b971b2fe78", "ab6e47d42cec13bdf53a67b21257bddf"),
        (3, LongKey, Iv, Plaintext, "", Ciphertext128, "4d5c2af327cd64a62cf35abd2ba6fab4"),
        (4, LongKey, Iv, Plaintext[..120], Aad, Ciphertext128[..120], "5bc94fbc3221a5db94fae95ae7121a47"),
        (13, s_zeroKey + s_zeroKey, s_zeroIv, "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
        (14, s_zeroKey + s_zeroKey, s_zeroIv, s_zeroBlock, "", "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"),
        (15, LongKey + LongKey, Iv, Plaintext, "", Ciphertext256, "b094dac5d93471bdec1a502270e3cc6c"),
        (16, LongKey + LongKey, Iv, Plaintext[..120], Aad, Ciphertext256[..120], "76fc6ece0f4e1768cddf8853bb2d551b"),
    ];

    public static IEnumerable<TestCaseData> Cases =>
        from kernelCase in CipherCases.AesKernels
        from c in s_cases
        select new TestCaseData(kernelCase.Arguments[0], c.Key, c.Iv, c.Plaintext, c.Aad, c.Ciphertext, c.Tag)
            .SetArgDisplayNames($"case {c.Number}", $"{kernelCase.Arguments[0]}");

    [TestCaseSource(nameof(Cases))]
    public void Seal_SpecifiedCase_GivesCiphertextAndTag(
        CipherKernel kernel, string key, string iv, string plaintext, string aad, string ciphertext, string tag)
    {
        var algorithm = key.Length == 32 ? AeadAlgorithm.Aes128Gcm : AeadAlgorithm.Aes256Gcm;
        using var expanded = new AeadKey(algorithm, CipherCases.Hex(key), kernel);
        var input = CipherCases.Hex(plaintext);
        var output = new byte[input.Length];
        var computed = new byte[16];

        IncrementalAead.Seal(expanded, CipherCases.Hex(iv), CipherCases.Hex(aad), input, output, computed);

        Assert.That(output, Is.EqualTo(CipherCases.Hex(ciphertext)));
        Assert.That(computed, Is.EqualTo(CipherCases.Hex(tag)));
    }

    // RFC 8448 §3, "{client} send application_data record": 50 octets 00..31, sequence number 0, so the nonce is the IV itself.
    [TestCaseSource(typeof(CipherCases), nameof(CipherCases.AesKernels))]
    public void Seal_ApplicationDataOfTlsTrace_GivesTheRecordOnTheWire(CipherKernel kernel)
    {
        using var key = new AeadKey(AeadAlgorithm.Aes128Gcm, CipherCases.Hex("17422dda596ed5d9acd890e3c63f5051"), kernel);
        var wire = CipherCases.Hex(
            "1703030043 a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4");
        var inner = new byte[51];
        for (var i = 0; i < 50; i++)
        {
            inner[i] = (byte)i;
        }

        inner[50] = 23;
        var record = new byte[5 + 51 + 16];
        wire.AsSpan(0, 5).CopyTo(record);

        IncrementalAead.Seal(
            key, CipherCases.Hex("5b78923dee08579033e523d9"), record.AsSpan(0, 5), inner, record.AsSpan(5, 51), record.AsSpan(56, 16));

        Assert.That(record, Is.EqualTo(wire));
    }
}
