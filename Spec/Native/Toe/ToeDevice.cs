using NicEmu.Spec.Tls;

namespace NicEmu.Spec.Native.Toe;

/// <summary>Geometry of the TCP offload engine: what a connection costs, and how the internal rings lie in card memory.</summary>
public static class ToeDevice
{
    /// <summary>Connections of a card that is not told otherwise.</summary>
    public const int DefaultConnections = 64;

    /// <summary>Greatest number of connections that a card can be built with.</summary>
    public const int MaxConnections = 1024;

    /// <summary>Ports that can be open at a time.</summary>
    public const int Listeners = 16;

    /// <summary>Connections of a listener that wait for ACCEPT.</summary>
    public const int Backlog = 16;

    /// <summary>Pieces of one SEND or RECEIVE.</summary>
    public const int MaxPieces = 64;

    /// <summary>Bytes of one SEND or RECEIVE.</summary>
    public const int MaxTransferBytes = 1 << 20;

    /// <summary>SENDs, RECEIVEs or ACCEPTs of one connection or listener that may wait.</summary>
    public const int MaxPending = 64;

    /// <summary>Bytes that a connection holds until they are acknowledged.</summary>
    public const int SendBufferBytes = 128 * 1024;

    /// <summary>Bytes that a connection holds until they are handed over; the largest window offered.</summary>
    public const int ReceiveBufferBytes = 128 * 1024;

    /// <summary>State of TCP and of the record layer.</summary>
    public const int ControlBytes = 1024;

    /// <summary>Where the content of a record to be sealed, or plain bytes to be sent, lies in a connection's part of the CARD_MEMORY window.</summary>
    public const int SendContent = 0;

    /// <summary>Where the sealed record lies.</summary>
    public const int SendRecord = SendContent + TlsRecordLayout.MaxPlaintextLength;

    /// <summary>Where a received record lies.</summary>
    public const int ReceiveRecord = SendRecord + RecordRoom;

    /// <summary>Where its content, or plain bytes to be handed over, lies.</summary>
    public const int ReceiveContent = ReceiveRecord + RecordRoom;

    /// <summary>Where the list of a SEND lies.</summary>
    public const int SendList = ReceiveContent + RecordRoom;

    /// <summary>Where the list of a RECEIVE lies.</summary>
    public const int ReceiveList = SendList + ListRoom;

    /// <summary>Bytes of a connection in the CARD_MEMORY window.</summary>
    public const int StageBytes = ReceiveList + ListRoom;

    /// <summary>All of a connection in card memory.</summary>
    public const int ConnectionBytes = StageBytes + SendBufferBytes + ReceiveBufferBytes + ControlBytes;

    /// <summary>Frames of each direction in the PACKET_RING window.</summary>
    public const int PacketSlots = 64;

    /// <summary>Bytes of a slot: header of 16 bytes, then the frame.</summary>
    public const int PacketSlotBytes = 9232;

    /// <summary>Bytes of the header of a slot: length, then flags, each a word.</summary>
    public const int PacketHeaderBytes = 16;

    /// <summary>Flag of a received frame: its checksums are right.</summary>
    public const uint ChecksumsGood = 1;

    /// <summary>Flag of a frame to send: it carries TCP.</summary>
    public const uint IsSegment = 1;

    /// <summary>Flag of a frame to send: it repeats bytes.</summary>
    public const uint IsRetransmission = 2;

    /// <summary>Entries of the CRYPTO and of the HOST ring.</summary>
    public const int EngineEntries = 32;

    /// <summary>Commands, and completions, in the TOE_COMMANDS window.</summary>
    public const int CommandEntries = 16;

    private const int RecordRoom = 18 * 1024 + 256;
    private const int ListRoom = MaxPieces * 16;
}
