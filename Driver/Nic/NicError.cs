namespace NicEmu.Driver.Nic;

/// <summary>Why a card is not in use.</summary>
public enum NicError
{
    /// <summary>It is in use, or has not been started.</summary>
    None = 0,

    /// <summary>Configuration space reads all ones: nothing is there.</summary>
    NoDevice,

    /// <summary>Another vendor's or another device.</summary>
    WrongDevice,

    /// <summary><c>DEV_MAGIC</c> has another value.</summary>
    WrongMagic,

    /// <summary>The major version of the register interface is not the one this driver knows.</summary>
    WrongVersion,

    /// <summary>The card offers fewer queues, vectors, ring sizes or bytes than the options ask for.</summary>
    CapabilityMissing,

    /// <summary>There is no usable MSI-X capability.</summary>
    NoMsix,

    /// <summary>The card did not come out of reset in time.</summary>
    ResetTimeout,

    /// <summary>The card holds no program.</summary>
    FirmwareAbsent,

    /// <summary>The program stopped with an error.</summary>
    FirmwareFailed,

    /// <summary>The program did not become ready in time.</summary>
    FirmwareTimeout,

    /// <summary>A command that the start needs was refused or not answered.</summary>
    CommandFailed,

    /// <summary>Registers read all ones: the card was taken away.</summary>
    Removed,

    /// <summary>A transmit queue made no progress in time.</summary>
    TxTimeout,

    /// <summary>The card stopped a queue.</summary>
    QueueStopped,

    /// <summary>A completion named something that was never posted.</summary>
    BadCompletion,

    /// <summary>The card was reset under the driver: its epoch is another, or its registers are closed.</summary>
    DeviceReset,

    /// <summary>The program in the card was started anew.</summary>
    FirmwareRestarted,

    /// <summary>The program's health counter stands still.</summary>
    FirmwareHung,
}
