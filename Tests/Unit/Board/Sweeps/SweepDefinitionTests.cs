using System.Text.RegularExpressions;
using NicEmu.Board.Compare.Sweeps;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board.Sweeps;

/// <summary>Every sweep of the catalogue is one that tables, files and pictures can be made of.</summary>
[TestFixtureSource(typeof(SweepCatalogue), nameof(SweepCatalogue.All))]
public sealed class SweepDefinitionTests(SweepDefinition definition)
{
    [Test]
    public void Columns_Names_AreWordsAndThereOnce()
    {
        string[] names = [.. definition.Columns.Select(static c => c.Name)];

        Assert.That(names, Is.Unique);
        Assert.That(names.Append(definition.Name), Is.All.Matches<string>(static n => Regex.IsMatch(n!, "^[a-z][a-z0-9-]*$")));
        Assert.That(names.Select(definition.IndexOf), Is.EqualTo(Enumerable.Range(0, names.Length)));
        Assert.That(definition.Columns.SelectMany(static c => c.Labels), Is.All.Matches<string>(static l => Regex.IsMatch(l!, "^[a-z][a-z0-9-]*$")));
    }

    [Test]
    public void Columns_Order_IsAxesFirst()
    {
        int axes = definition.Axes.Count;

        Assert.That(definition.Columns.Take(axes), Is.EqualTo(definition.Axes));
        Assert.That(definition.Columns.Skip(axes).Select(static c => c.Role), Has.None.EqualTo(SweepRole.Axis).And.Some.EqualTo(SweepRole.Measured));
    }

    [Test]
    public void Columns_WhatIsComputed_StandsBesideSomethingMeasured()
    {
        IEnumerable<SweepColumn> computed = definition.Columns.Where(static c => c.Role is SweepRole.Predicted or SweepRole.Formula or SweepRole.Cited);

        Assert.That(computed.Select(c => definition.Columns[definition.IndexOf(c.Of)].Role), Is.All.EqualTo(SweepRole.Measured));
    }

    [Test]
    public void Columns_Applies_AreOfAFormulaOrOfAll()
    {
        IEnumerable<SweepColumn> applies = definition.Columns.Where(static c => c.Role == SweepRole.Applies);

        Assert.That(applies.Select(static c => c.Of), Is.Unique);
        Assert.That(applies.Where(static c => c.Of.Length > 0).Select(c => definition.Columns[definition.IndexOf(c.Of)].Role), Is.All.EqualTo(SweepRole.Formula));
        Assert.That(applies.Select(static c => c.Labels), Is.All.EqualTo(new[] { "no", "yes" }));
    }

    [Test]
    public void Settings_All_AreDifferentAndInRange()
    {
        Assert.That(definition.Settings.Select(static s => string.Join(' ', s.Values)), Is.Unique);
        Assert.That(definition.Settings.Select(static s => s.Index), Is.EqualTo(Enumerable.Range(0, definition.Settings.Count)));
        foreach (SweepSetting setting in definition.Settings)
        {
            Assert.That(setting.Values, Has.Count.EqualTo(definition.Axes.Count));
            Assert.That(setting.Values.Select((v, i) => definition.Axes[i].Labels.Count == 0 || (v == Math.Truncate(v) && v >= 0 && v < definition.Axes[i].Labels.Count)), Is.All.True);
        }
    }

    [Test]
    public void Settings_Quick_AreSomeOfTheFullOnes()
    {
        IReadOnlyList<SweepSetting> quick = definition.SettingsOf(isFull: false);

        Assert.That(quick, Is.Not.Empty.And.SubsetOf(definition.SettingsOf(isFull: true)));
        Assert.That(definition.SettingsOf(isFull: true), Is.EqualTo(definition.Settings));
    }

    [Test]
    public void Shards_AnyNumber_AreDisjointAndTheirUnionIsTheWhole([Values(1, 2, 3, 7, 500)] int shards, [Values] bool isFull)
    {
        SweepSetting[] parts = [.. Enumerable.Range(1, shards).SelectMany(i => SweepRunner.SettingsOf(definition, new() { Shard = i, Shards = shards, IsFull = isFull }))];

        Assert.That(parts, Is.Unique.And.EquivalentTo(definition.SettingsOf(isFull)));
    }
}
