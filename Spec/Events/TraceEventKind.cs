namespace NicEmu.Spec.Events;

/// <summary>The closed set of events. The numbers are stored in trace files.</summary>
public enum TraceEventKind : byte
{
    /// <summary>Configuration space was read: <c>Address</c>, <c>Length</c>, <c>Value</c>.</summary>
    ConfigRead = 1,

    /// <summary>Configuration space was written: <c>Address</c>, <c>Length</c>, <c>Value</c>.</summary>
    ConfigWrite = 2,

    /// <summary>A register was read: <c>Index</c> = BAR, <c>Address</c>, <c>Length</c>, <c>Value</c>.</summary>
    MmioRead = 3,

    /// <summary>A register or doorbell was written: <c>Index</c> = BAR, <c>Address</c>, <c>Length</c>, <c>Value</c> (zero for secret fields, <c>Flags</c> bit 0 then set).</summary>
    MmioWrite = 4,

    /// <summary>The device read host memory: <c>Address</c>, <c>Length</c>, <c>Code</c> = bus status; data = the bytes.</summary>
    DmaRead = 5,

    /// <summary>The device wrote host memory: <c>Address</c>, <c>Length</c>, <c>Code</c> = bus status; data = the bytes.</summary>
    DmaWrite = 6,

    /// <summary>An MSI-X message was sent: <c>Index</c> = vector, <c>Address</c>, <c>Value</c> = message, <c>Code</c> = bus status.</summary>
    InterruptRaised = 7,

    /// <summary>The MAC put a frame on the wire: data = the frame. <c>Handle</c>, <c>RecordNumber</c> and <c>TcpSequence</c> when it carries TLS.</summary>
    FrameSent = 8,

    /// <summary>The MAC took a frame from the wire: data = the frame.</summary>
    FrameReceived = 9,

    /// <summary>The driver handed a frame over for sending: <c>Index</c> = queue; data = the frame before any offload.</summary>
    HostFrameSent = 10,

    /// <summary>The device handed a frame to the driver: <c>Index</c> = queue, <c>Code</c> = TLS verdict; data = the bytes delivered.</summary>
    HostFrameReceived = 11,

    /// <summary>Firmware finished a mailbox command: <c>Code</c> = opcode, <c>Value</c> = status, <c>Handle</c> = object.</summary>
    MailboxCommand = 12,

    /// <summary>A TLS context was installed: <c>Handle</c>, <c>Flags</c> bit 0 = receive, bits 2..1 = mode of a transmit context, <c>RecordNumber</c>, <c>TcpSequence</c>, <c>Code</c> = cipher, <c>Value</c> = TLS version.</summary>
    ContextInstalled = 13,

    /// <summary>A TLS context was removed: <c>Handle</c>.</summary>
    ContextRemoved = 14,

    /// <summary>A record was sealed to its end: <c>Handle</c>, <c>RecordNumber</c>, <c>TcpSequence</c> of its first byte, <c>Length</c> on the wire, <c>Code</c> = outer type, <c>Flags</c> bit 0 = out of sequence; outside of the sequence-tracked mode: sealed before.</summary>
    RecordProtected = 15,

    /// <summary>A record was opened to its end: as <see cref="RecordProtected"/>; <c>Value</c> = 1 when the tag was right.</summary>
    RecordOpened = 16,

    /// <summary>
    /// A context moved: <c>Handle</c>, <c>TcpSequence</c>, <c>RecordNumber</c>; <c>Text</c> = why. Receive: <c>Code</c> = new state, <c>Value</c> = old
    /// state. Transmit: <c>Code</c> = a <see cref="Core.TxResyncStep"/>, <c>Value</c> = bytes replayed, or skipped by RANGE.
    /// </summary>
    ResyncStep = 17,

    /// <summary>Plaintext of one record passed through a context, for the plain view: <c>Handle</c>, <c>RecordNumber</c>, <c>Code</c> = content type, <c>Flags</c> bit 0 = receive; data = the bytes.</summary>
    RecordPlaintext = 18,

    /// <summary>A timer fired: <c>Text</c> = its name.</summary>
    TimerFired = 19,

    /// <summary>The driver or guest did something that the manual forbids: <c>Code</c> = a <see cref="GuestErrorCode"/>, <c>Address</c>, <c>Value</c>, <c>Index</c>; <c>Text</c> = what.</summary>
    GuestError = 20,

    /// <summary>The simulated network dropped, delayed or repeated a frame: <c>Code</c> = a <see cref="NetworkAction"/>; data = the frame.</summary>
    NetworkEvent = 21,

    /// <summary>Secrets of a connection became known to its owner: <c>Text</c> = one line of an NSS key log.</summary>
    KeyLog = 22,

    /// <summary>A descriptor was completed: <c>Index</c> = queue, <c>Code</c> = status, <c>Value</c> = cookie, <c>Handle</c>, <c>Flags</c> bit 0 = receive.</summary>
    Completion = 23,

    /// <summary>The function was reset: <c>Code</c> = reset kind, <c>Value</c> = the new epoch.</summary>
    Reset = 24,
}
