namespace NicEmu.Driver.Nic;

/// <summary>Life of a driver.</summary>
public enum NicState
{
    /// <summary>Not started.</summary>
    Idle = 0,

    /// <summary>Being set up.</summary>
    Starting,

    /// <summary>In use.</summary>
    Running,

    /// <summary>Being taken out of use in good order.</summary>
    Stopping,

    /// <summary>Out of use; its memory is freed.</summary>
    Stopped,

    /// <summary>Out of use after an error, see <see cref="NicDriver.Error"/>.</summary>
    Failed,
}
