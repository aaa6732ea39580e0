using System.Reflection;
using System.Runtime.Loader;

namespace NicEmu.Tests.Museum;

/// <summary>The whole product loaded once more, with one assembly replaced; it shares no type of ours with the tests.</summary>
internal sealed class MutantWorld : AssemblyLoadContext, IDisposable
{
    private readonly string _name;
    private readonly byte[] _image;
    private readonly Dictionary<string, Verdict> _verdicts = new(StringComparer.Ordinal);

    /// <summary>Loads nothing yet.</summary>
    /// <param name="project">Project that is replaced.</param>
    /// <param name="image">Its assembly.</param>
    public MutantWorld(string project, byte[] image)
        : base("mutant", isCollectible: true)
    {
        (_name, _image) = ("NicEmu." + project, image);
    }

    /// <summary>Lets a killer judge.</summary>
    /// <param name="killer">A case (<c>C066</c>), or a sanitizer rule within a case (<c>NE3004 in C053</c>).</param>
    /// <param name="seed">Decides about everything that is drawn.</param>
    public Judgement Ask(string killer, ulong seed)
    {
        string[] words = killer.Split(" in ");
        Verdict verdict = Run(words[^1], seed);
        if (words.Length == 1) return new(killer, verdict.IsKill, verdict.Message ?? verdict.Outcome);
        string? said = verdict.Findings.Where(f => f.Rule == words[0]).Select(f => f.What).FirstOrDefault();
        return new(killer, said is not null, said ?? verdict.Message ?? verdict.Outcome);
    }

    /// <summary>Numbers of the cases.</summary>
    /// <param name="ofDrivers">Only those that judge a driver.</param>
    public string[] Cases(bool ofDrivers)
    {
        Type catalogue = LoadFromAssemblyName(new AssemblyName("NicEmu.Conformance")).GetType("NicEmu.Conformance.Core.CaseCatalogue", throwOnError: true)!;
        return [.. ((System.Collections.IEnumerable)catalogue.GetProperty("All")!.GetValue(null)!).Cast<object>().Where(c => !ofDrivers || Get(c, "Kind")!.ToString() == "Driver").Select(c => (string)Get(c, "Id")!)];
    }

    /// <summary>Runs one case there, once.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="seed">Decides about everything that is drawn.</param>
    public Verdict Run(string id, ulong seed)
    {
        if (_verdicts.TryGetValue(id, out Verdict? known)) return known;
        Assembly conformance = LoadFromAssemblyName(new AssemblyName("NicEmu.Conformance"));
        Assembly board = LoadFromAssemblyName(new AssemblyName("NicEmu.Board"));
        object? test = conformance.GetType("NicEmu.Conformance.Core.CaseCatalogue", throwOnError: true)!.GetMethod("Find")!.Invoke(null, [id]);
        if (test is null) throw new InvalidOperationException($"There is no case {id}.");
        object target = Activator.CreateInstance(board.GetType("NicEmu.Board.Conformance.InProcessTarget", throwOnError: true)!)!;
        object result = target.GetType().GetMethod("Run")!.Invoke(target, [test, seed])!;
        var findings = (System.Collections.IEnumerable)Get(result, "Findings")!;
        var verdict = new Verdict(Get(result, "Outcome")!.ToString()!, (string?)Get(result, "Message"), [.. findings.Cast<object>().Select(f => ((string)Get(Get(f, "Rule")!, "Id")!, (string)Get(f, "What")!))]);
        _verdicts[id] = verdict;
        return verdict;
    }

    public void Dispose() => Unload();

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name!;
        if (!name.StartsWith("NicEmu.", StringComparison.Ordinal)) return null;
        using var image = new MemoryStream(name == _name ? _image : File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, name + ".dll")));
        return LoadFromStream(image);
    }

    private static object? Get(object instance, string property) => instance.GetType().GetProperty(property)!.GetValue(instance);
}
