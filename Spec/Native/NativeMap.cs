using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native;

/// <summary>All register blocks of the native interface. The one instance is shared: declarations never change.</summary>
public static class NativeMap
{
    /// <summary>The Device block.</summary>
    public static DeviceBlock Device { get; } = new();

    /// <summary>The Mailbox block.</summary>
    public static MailboxBlock Mailbox { get; } = new();

    /// <summary>The KeyStage block.</summary>
    public static KeyStageBlock KeyStage { get; } = new();

    /// <summary>The Firmware block.</summary>
    public static FirmwareBlock Firmware { get; } = new();

    /// <summary>The Port block.</summary>
    public static PortBlock Port { get; } = new();

    /// <summary>The Event block.</summary>
    public static EventBlock Event { get; } = new();

    /// <summary>The Rss block.</summary>
    public static RssBlock Rss { get; } = new();

    /// <summary>The Moderation block.</summary>
    public static ModerationBlock Moderation { get; } = new();

    /// <summary>The Statistics block.</summary>
    public static StatisticsBlock Statistics { get; } = new();

    /// <summary>The TxQueue block.</summary>
    public static QueueBlock TxQueue { get; } = QueueBlock.Transmit();

    /// <summary>The RxQueue block.</summary>
    public static QueueBlock RxQueue { get; } = QueueBlock.Receive();

    /// <summary>The Doorbell block.</summary>
    public static DoorbellBlock Doorbell { get; } = new();

    /// <summary>The Toe block.</summary>
    public static ToeBlock Toe { get; } = new();

    /// <summary>The ToeInternal block, which the driver cannot see.</summary>
    public static ToeInternalBlock ToeInternal { get; } = new();

    /// <summary>The Internal block, which the driver cannot see.</summary>
    public static InternalBlock Internal { get; } = new();

    /// <summary>Every block that the driver sees, in ascending order of window and offset.</summary>
    public static IReadOnlyList<RegisterBlock> Blocks { get; } = [Device, Mailbox, KeyStage, Firmware, Port, Event, Rss, Moderation, Statistics, TxQueue, RxQueue, Toe, Doorbell];
}
