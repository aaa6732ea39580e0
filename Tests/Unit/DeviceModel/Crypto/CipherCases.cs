using NicEmu.DeviceModel.Crypto;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Crypto;

/// <summary>Every algorithm on every kernel that this processor can run; the portable one always.</summary>
internal static class CipherCases
{
    public static IEnumerable<TestCaseData> All =>
        from algorithm in Enum.GetValues<AeadAlgorithm>()
        from kernel in Enum.GetValues<CipherKernel>()
        where CipherKernels.IsSupported(algorithm, kernel)
        select new TestCaseData(algorithm, kernel).SetArgDisplayNames(algorithm.ToString(), kernel.ToString());

    public static IEnumerable<TestFixtureData> Fixtures =>
        from c in All
        select new TestFixtureData(c.Arguments);

    public static IEnumerable<TestCaseData> AesKernels =>
        from kernel in Enum.GetValues<CipherKernel>()
        where CipherKernels.IsSupported(AeadAlgorithm.Aes128Gcm, kernel)
        select new TestCaseData(kernel).SetArgDisplayNames(kernel.ToString());

    public static IEnumerable<TestCaseData> ChaChaKernels =>
        from kernel in Enum.GetValues<CipherKernel>()
        where CipherKernels.IsSupported(AeadAlgorithm.ChaCha20Poly1305, kernel)
        select new TestCaseData(kernel).SetArgDisplayNames(kernel.ToString());

    public static byte[] Bytes(uint seed, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            seed = (seed * 1664525) + 1013904223;
            bytes[i] = (byte)(seed >> 24);
        }

        return bytes;
    }

    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
