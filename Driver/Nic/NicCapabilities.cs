using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Nic;

/// <summary>What a card says it offers, from its CAP registers.</summary>
public readonly record struct NicCapabilities
{
    /// <summary>Transmit queues, and receive queues.</summary>
    public int QueuePairs { get; init; }

    /// <summary>MSI-X vectors.</summary>
    public int Vectors { get; init; }

    /// <summary>Least ring size as a power of two.</summary>
    public int MinRingLog2 { get; init; }

    /// <summary>Greatest ring size as a power of two.</summary>
    public int MaxRingLog2 { get; init; }

    /// <summary>Greatest MTU in bytes.</summary>
    public int MaxMtu { get; init; }

    /// <summary>Bytes of a chain of DATA descriptors, headers included.</summary>
    public int ChainBytes { get; init; }

    /// <summary>Descriptors of a chain.</summary>
    public int ChainDescriptors { get; init; }

    /// <summary>Greatest length of one REPLAY descriptor in bytes.</summary>
    public int ReplayBytes { get; init; }

    /// <summary>Bit n: the cipher with number n + 1.</summary>
    public uint Ciphers { get; init; }

    /// <summary>Bit 0: TLS 1.2, bit 1: TLS 1.3.</summary>
    public uint Versions { get; init; }

    /// <summary>Bit n: the transmit mode with number n.</summary>
    public uint TxModes { get; init; }

    /// <summary>Whether transmit contexts can be created.</summary>
    /// <param name="version">TLS version.</param>
    /// <param name="cipher">Record protection algorithm.</param>
    /// <param name="mode">How the context is placed.</param>
    public bool SupportsTx(TlsVersion version, TlsCipher cipher, TxMode mode = TxMode.SequenceTracked) =>
        (TxModes & (1u << (int)mode)) != 0 && Supports(version, cipher);

    /// <summary>Whether contexts of a version and cipher can be created.</summary>
    /// <param name="version">TLS version.</param>
    /// <param name="cipher">Record protection algorithm.</param>
    public bool Supports(TlsVersion version, TlsCipher cipher) =>
        (Versions & (version == TlsVersion.Tls13 ? 2u : 1u)) != 0 && (Ciphers & (1u << ((int)cipher - 1))) != 0;

    internal static NicCapabilities Read(NicRegisters registers)
    {
        DeviceBlock map = NativeMap.Device;
        uint queues = registers.Read(map, map.CapQueues);
        uint rings = registers.Read(map, map.CapRings);
        uint chain = registers.Read(map, map.CapChain);
        uint tls = registers.Read(map, map.CapTls);
        return new()
        {
            QueuePairs = (int)map.QueuePairs.Extract(queues),
            Vectors = (int)map.Vectors.Extract(queues),
            MinRingLog2 = (int)map.MinRing.Extract(rings),
            MaxRingLog2 = (int)map.MaxRing.Extract(rings),
            MaxMtu = (int)map.Mtu.Extract(registers.Read(map, map.CapMtu)),
            ChainBytes = (int)map.TsoBytes.Extract(chain),
            ChainDescriptors = (int)map.ChainDescriptors.Extract(chain),
            ReplayBytes = (int)map.ReplayBytes.Extract(registers.Read(map, map.CapReplay)),
            Ciphers = map.Ciphers.Extract(tls),
            Versions = map.Versions.Extract(tls),
            TxModes = map.TxModes.Extract(tls),
        };
    }

    /// <summary>Whether the options can be met.</summary>
    internal bool Meets(NicOptions options) =>
        options.QueuePairs <= QueuePairs
        && 1 + (2 * options.QueuePairs) <= Vectors
        && options.Mtu <= MaxMtu
        && Fits(options.TxRingLog2) && Fits(options.RxRingLog2) && Fits(options.EventRingLog2);

    private bool Fits(int log2) => log2 >= MinRingLog2 && log2 <= MaxRingLog2;
}
