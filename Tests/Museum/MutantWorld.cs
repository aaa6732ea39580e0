using System.Reflection;
using System.Runtime.Loader;

namespace NicEmu.Tests.Museum;

/// <summary>The whole product loaded once more, with one assembly replaced; it shares no type of ours with the tests.</summary>
internal sealed class MutantWorld : AssemblyLoadContext, IDisposable
{
    private readonly string _name;
    private readonly byte[] _image;

    /// <summary>Loads nothing yet.</summary>
    /// <param name="project">Project that is replaced.</param>
    /// <param name="image">Its assembly.</param>
    public MutantWorld(string project, byte[] image)
        : base("mutant", isCollectible: true)
    {
        (_name, _image) = ("NicEmu." + project, image);
    }

    /// <summary>Lets a killer judge: <c>C066</c>, or <c>NE3004 in C053</c>.</summary>
    /// <param name="killer">A case, or a sanitizer rule within a case.</param>
    /// <param name="seed">Decides about everything that is drawn.</param>
    /// <returns>Null for a kill, else what was seen instead.</returns>
    public string? Survives(string killer, ulong seed)
    {
        string[] words = killer.Split(" in ");
        Verdict verdict = Run(words[^1], seed);
        bool killed = words.Length == 2 ? verdict.Rules.Contains(words[0]) : verdict.IsKill;
        return killed ? null : $"{killer}: {verdict.Outcome} {verdict.Message} [{string.Join(' ', verdict.Rules.Distinct())}]";
    }

    /// <summary>Runs one case there.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="seed">Decides about everything that is drawn.</param>
    public Verdict Run(string id, ulong seed)
    {
        Assembly conformance = LoadFromAssemblyName(new AssemblyName("NicEmu.Conformance"));
        Assembly board = LoadFromAssemblyName(new AssemblyName("NicEmu.Board"));
        object? test = conformance.GetType("NicEmu.Conformance.Core.CaseCatalogue", throwOnError: true)!.GetMethod("Find")!.Invoke(null, [id]);
        if (test is null) throw new InvalidOperationException($"There is no case {id}.");
        object target = Activator.CreateInstance(board.GetType("NicEmu.Board.Conformance.InProcessTarget", throwOnError: true)!)!;
        object result = target.GetType().GetMethod("Run")!.Invoke(target, [test, seed])!;
        var findings = (System.Collections.IEnumerable)Get(result, "Findings")!;
        return new Verdict(Get(result, "Outcome")!.ToString()!, (string?)Get(result, "Message"), [.. findings.Cast<object>().Select(f => (string)Get(Get(f, "Rule")!, "Id")!)]);
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

    /// <summary>What came of a case.</summary>
    /// <param name="Outcome">Passed, Failed or Skipped.</param>
    /// <param name="Message">Why.</param>
    /// <param name="Rules">Sanitizer rules that were broken.</param>
    public sealed record Verdict(string Outcome, string? Message, IReadOnlyList<string> Rules)
    {
        /// <summary>Whether the case judged, and the verdict is against: an exception of the product is no judgement.</summary>
        public bool IsKill => Outcome == "Failed" && Message is not null && Message.StartsWith("expected that", StringComparison.Ordinal) && !Message.StartsWith("expected that the sanitizer", StringComparison.Ordinal);
    }
}
