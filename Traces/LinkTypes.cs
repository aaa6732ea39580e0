namespace NicEmu.Traces;

/// <summary>Link types that our traces use, as assigned by the tcpdump group's registry.</summary>
public static class LinkTypes
{
    /// <summary>Ethernet frames without preamble and frame check sequence.</summary>
    public const int Ethernet = 1;

    /// <summary>LINKTYPE_USER0: device events, see <see cref="DeviceRecord"/>.</summary>
    public const int DeviceEvents = 147;

    /// <summary>LINKTYPE_USER1: Ethernet frames between driver and device. Not marked as Ethernet, because Wireshark would take
    /// them for copies of the frames on the wire and decrypt neither.</summary>
    public const int HostFrames = 148;

    /// <summary>LINKTYPE_WIRESHARK_UPPER_PDU: a payload with tags that name its dissector, addresses and ports.</summary>
    public const int ExportedPdu = 252;
}
