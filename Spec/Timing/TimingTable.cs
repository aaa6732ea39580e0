namespace NicEmu.Spec.Timing;

/// <summary>
/// Model time of the device's steps in picoseconds. The figures are of the order of a PCIe 4.0 card; they order events, they do not predict a product's speed.
/// </summary>
public static class TimingTable
{
    /// <summary>Between a doorbell and the first step of its queue.</summary>
    public const long DoorbellToStepPs = 200_000;

    /// <summary>One DMA read, whatever its length, up to the first byte.</summary>
    public const long DmaReadPs = 500_000;

    /// <summary>One DMA write.</summary>
    public const long DmaWritePs = 100_000;

    /// <summary>One byte over PCIe, either way.</summary>
    public const long DmaBytePs = 40;

    /// <summary>Handling one descriptor.</summary>
    public const long DescriptorPs = 20_000;

    /// <summary>Sealing or opening one byte.</summary>
    public const long CryptoBytePs = 40;

    /// <summary>From a completion to its interrupt at the host.</summary>
    public const long InterruptPs = 500_000;

    /// <summary>From GO to firmware's first instruction.</summary>
    public const long MailboxStartPs = 2_000_000;

    /// <summary>One mailbox command.</summary>
    public const long MailboxCommandPs = 10_000_000;

    /// <summary>From power-on or reset to a ready firmware.</summary>
    public const long FirmwareStartPs = 50_000_000;

    /// <summary>Between a line of the TCP offload engine and the program's work on it.</summary>
    public const long ToeProgramPs = 100_000;

    /// <summary>Interval of the firmware health counter.</summary>
    public const long HealthPs = 1_000_000_000;

    /// <summary>One byte on the wire at link rate; preamble, frame check sequence and gap (24 bytes) are added to every frame.</summary>
    public const long WireBytePs = 8_000_000 / Native.NativeDevice.LinkMegabits;

    /// <summary>Bytes of wire time beyond the frame: preamble 8, frame check sequence 4, inter-packet gap 12.</summary>
    public const int WireOverheadBytes = 24;

    /// <summary>Descriptors that a queue handles in one wake-up before it lets others run.</summary>
    public const int StepBudget = 16;
}
