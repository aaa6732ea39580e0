using NicEmu.Spec.Testing;

namespace NicEmu.Driver.Kernel;

/// <summary>
/// What a host leaves to its cards, switched while connections live, as ethtool -K does. As in Linux, TLS needs the checksum of its direction: without it the TLS
/// feature is off, and it returns with it if it was not switched off itself.
/// </summary>
public sealed class HostFeatures
{
    private readonly bool[] _wanted = new bool[5];

    internal HostFeatures(HostOptions options)
    {
        _wanted[(int)DriverFeature.TlsTransmit] = options.OffloadTx;
        _wanted[(int)DriverFeature.TlsReceive] = options.OffloadRx;
        _wanted[(int)DriverFeature.TransmitChecksum] = options.NeedsCardChecksums;
        _wanted[(int)DriverFeature.ReceiveChecksum] = true;
        _wanted[(int)DriverFeature.ReceiveCoalescing] = options.ReceiveCoalescing;
    }

    /// <summary>Whether new connections are encrypted in the card.</summary>
    public bool TlsTransmit => Has(DriverFeature.TlsTransmit);

    /// <summary>Whether new connections are decrypted in the card.</summary>
    public bool TlsReceive => Has(DriverFeature.TlsReceive);

    /// <summary>Whether the card fills in checksums of what is not encrypted there.</summary>
    public bool TransmitChecksum => Has(DriverFeature.TransmitChecksum);

    /// <summary>Whether the card's word about checksums is taken for what it did not decrypt.</summary>
    public bool ReceiveChecksum => Has(DriverFeature.ReceiveChecksum);

    /// <summary>Whether segments that follow each other are joined before the stack sees them; only those whose checksums the card found right.</summary>
    public bool ReceiveCoalescing => Has(DriverFeature.ReceiveCoalescing);

    /// <summary>Whether a feature is on.</summary>
    /// <param name="feature">The feature.</param>
    public bool Has(DriverFeature feature) => _wanted[(int)feature] && feature switch
    {
        DriverFeature.TlsTransmit => _wanted[(int)DriverFeature.TransmitChecksum],
        DriverFeature.TlsReceive => _wanted[(int)DriverFeature.ReceiveChecksum],
        _ => true,
    };

    internal void Set(DriverFeature feature, bool on) => _wanted[(int)feature] = on;
}
