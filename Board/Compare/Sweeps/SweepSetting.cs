namespace NicEmu.Board.Compare.Sweeps;

/// <summary>One setting of a sweep; settings do not depend on each other.</summary>
/// <param name="Index">Place among the settings of the sweep, from 0.</param>
/// <param name="Values">A value for each axis, in the axes' order.</param>
/// <param name="IsQuick">Whether a quick sweep has it too.</param>
public sealed record SweepSetting(int Index, IReadOnlyList<double> Values, bool IsQuick);
