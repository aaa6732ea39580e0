namespace NicEmu.Traces;

/// <summary>Numbers of the pcapng file format (draft-ietf-opsawg-pcapng).</summary>
internal static class PcapngFormat
{
    public const uint SectionHeader = 0x0A0D0D0A;
    public const uint InterfaceDescription = 1;
    public const uint ObsoletePacket = 2;
    public const uint SimplePacket = 3;
    public const uint EnhancedPacket = 6;
    public const uint DecryptionSecrets = 10;

    public const uint ByteOrderMagic = 0x1A2B3C4D;

    /// <summary>Secrets type "TLSK": a TLS key log.</summary>
    public const uint TlsKeyLog = 0x544C534B;

    public const ushort EndOfOptions = 0;
    public const ushort Comment = 1;
    public const ushort UserApplication = 4;
    public const ushort InterfaceName = 2;
    public const ushort InterfaceDescriptionText = 3;
    public const ushort TimestampResolution = 9;
    public const ushort TimestampOffset = 14;
    public const ushort PacketFlags = 2;

    /// <summary>Bytes of a block around its body: type and two lengths.</summary>
    public const int BlockOverhead = 12;

    public static int Padded(int length) => (length + 3) & ~3;
}
