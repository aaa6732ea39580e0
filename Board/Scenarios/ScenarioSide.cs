namespace NicEmu.Board.Scenarios;

/// <summary>An end of a flow.</summary>
public enum ScenarioSide
{
    /// <summary>The machine under test, <c>nic0</c>.</summary>
    Machine = 0,

    /// <summary>The second machine, <c>nic1</c>.</summary>
    Peer = 1,
}
