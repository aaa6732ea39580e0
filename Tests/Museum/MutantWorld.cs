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
        return new Verdict(Get(result, "Outcome")!.ToString()!, (string?)Get(result, "Message"));
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
    public sealed record Verdict(string Outcome, string? Message)
    {
        /// <summary>Whether the case judged, and the verdict is against: an exception of the product is no judgement.</summary>
        public bool IsKill => Outcome == "Failed" && Message is not null && Message.StartsWith("expected that", StringComparison.Ordinal);
    }
}
