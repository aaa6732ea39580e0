using NicEmu.Driver.Ktls;

namespace NicEmu.Driver.Kernel;

/// <summary>What came of giving a card a key and a context.</summary>
/// <param name="Context">Handle of the context; zero when the card does not have it.</param>
/// <param name="Key">Handle of the key; zero likewise.</param>
/// <param name="Reason">Why not.</param>
internal readonly record struct TlsInstallation(ulong Context, ulong Key, KtlsFallbackReason Reason)
{
    public bool Ok => Context != 0;

    public static TlsInstallation Refused(KtlsFallbackReason reason) => new(0, 0, reason);
}
