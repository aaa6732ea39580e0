namespace NicEmu.Board.Compare.Sweeps;

/// <summary>A sweep: one quantity over a list of independent settings.</summary>
public sealed class SweepDefinition
{
    private readonly Func<SweepTask, double[]> _measure;

    /// <summary>Defines a sweep.</summary>
    /// <param name="name">Word on the command line.</param>
    /// <param name="title">One line for a heading.</param>
    /// <param name="columns">The axes, then what comes of a run.</param>
    /// <param name="settings">A value for each axis; and whether a quick sweep has the setting too.</param>
    /// <param name="measure">Runs one setting: a value for each column that is no axis.</param>
    internal SweepDefinition(string name, string title, IReadOnlyList<SweepColumn> columns, IEnumerable<(double[] Values, bool IsQuick)> settings, Func<SweepTask, double[]> measure)
    {
        (Name, Title, Columns, _measure) = (name, title, columns, measure);
        Axes = [.. columns.Where(static c => c.Role == SweepRole.Axis)];
        Settings = [.. settings.Select((s, i) => new SweepSetting(i, s.Values, s.IsQuick))];
    }

    /// <summary>Word on the command line and name of the file.</summary>
    public string Name { get; }

    /// <summary>One line for a heading.</summary>
    public string Title { get; }

    /// <summary>All columns: the axes first, then what comes of a run.</summary>
    public IReadOnlyList<SweepColumn> Columns { get; }

    /// <summary>The columns that make a setting.</summary>
    public IReadOnlyList<SweepColumn> Axes { get; }

    /// <summary>All settings, in a fixed order.</summary>
    public IReadOnlyList<SweepSetting> Settings { get; }

    /// <summary>The settings that a run has.</summary>
    /// <param name="isFull">Whether all; otherwise those of a quick sweep.</param>
    public IReadOnlyList<SweepSetting> SettingsOf(bool isFull) => isFull ? Settings : [.. Settings.Where(static s => s.IsQuick)];

    /// <summary>Place of a column among all columns.</summary>
    /// <param name="column">Its name.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public int IndexOf(string column)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == column) return i;
        }

        throw new ArgumentException($"The sweep {Name} has no column {column}.", nameof(column));
    }

    /// <summary>Runs one setting.</summary>
    internal SweepPoint Measure(SweepTask task) => new(this, task.Setting.Index, [.. task.Setting.Values, .. _measure(task)]);
}
