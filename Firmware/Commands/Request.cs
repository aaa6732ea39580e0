using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;

namespace NicEmu.Firmware.Commands;

/// <summary>Checks that several commands share.</summary>
internal static class Request
{
    /// <summary>Reads a request whose length must be exactly that of its layout.</summary>
    /// <typeparam name="T">The layout.</typeparam>
    /// <param name="bytes">What the driver wrote, as long as it said.</param>
    /// <param name="request">The request.</param>
    public static bool TryRead<T>(ReadOnlySpan<byte> bytes, out T request)
        where T : unmanaged
    {
        request = default;
        if (bytes.Length != Unsafe.SizeOf<T>())
        {
            return false;
        }

        request = MemoryMarshal.Read<T>(bytes);
        return true;
    }

    /// <summary>Whether a TLS version is offered.</summary>
    /// <param name="version">From the request.</param>
    public static bool IsOffered(TlsVersion version) => version is TlsVersion.Tls12 or TlsVersion.Tls13;

    /// <summary>Whether a cipher is offered.</summary>
    /// <param name="cipher">From the request.</param>
    public static bool IsOffered(TlsCipher cipher) => cipher is TlsCipher.Aes128Gcm or TlsCipher.Aes256Gcm or TlsCipher.ChaCha20Poly1305;

    /// <summary>Whether a queue exists.</summary>
    /// <param name="queue">From the request.</param>
    public static bool IsQueue(int queue) => queue < NativeDevice.QueuePairs;
}
