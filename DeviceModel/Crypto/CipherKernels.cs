using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>Which kernels this processor can run.</summary>
internal static class CipherKernels
{
    /// <summary>The fastest kernel for the algorithm on this processor.</summary>
    public static CipherKernel Best(AeadAlgorithm algorithm) =>
        IsSupported(algorithm, CipherKernel.Wide) ? CipherKernel.Wide
        : IsSupported(algorithm, CipherKernel.Vector128) ? CipherKernel.Vector128
        : CipherKernel.Portable;

    /// <summary>True when the processor has every instruction that the kernel uses for the algorithm.</summary>
    public static bool IsSupported(AeadAlgorithm algorithm, CipherKernel kernel) => kernel switch
    {
        CipherKernel.Portable => true,
        CipherKernel.Vector128 when algorithm == AeadAlgorithm.ChaCha20Poly1305 => Vector128.IsHardwareAccelerated,
        CipherKernel.Vector128 => AesNi.IsSupported,
        CipherKernel.Wide when algorithm == AeadAlgorithm.ChaCha20Poly1305 => Avx512BW.IsSupported,
        CipherKernel.Wide => AesNi.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Pclmulqdq.V512.IsSupported,
        _ => false,
    };
}
