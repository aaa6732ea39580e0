namespace NicEmu.Board.Compare.Sweeps;

/// <summary>What a column of a sweep is.</summary>
public enum SweepRole
{
    /// <summary>A part of the setting: what was chosen.</summary>
    Axis = 0,

    /// <summary>Counted by card or driver in the run.</summary>
    Measured,

    /// <summary>Computed from the run's own list of what happened by a model that is none of the code that ran.</summary>
    Predicted,

    /// <summary>A closed formula.</summary>
    Formula,

    /// <summary>0 or 1: whether the closed formula's assumptions hold for the run.</summary>
    Applies,

    /// <summary>A figure from elsewhere, for comparison; never a result of this emulator.</summary>
    Cited,
}
