using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace NicEmu.Tests.Museum;

/// <summary>Compiles a project of the product from its sources with a change in them, in memory: the product itself has no switch for any bug.</summary>
internal static class MutantCompiler
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;"
        + " global using System.Threading; global using System.Threading.Tasks;";

    private const string Friends =
        " [assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"NicEmu.Tests\")] [assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"nicemu\")]";

    private static readonly CSharpParseOptions Parse = new(LanguageVersion.Latest, DocumentationMode.None);

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(p => MetadataReference.CreateFromFile(p))]);

    /// <summary>Each project unchanged: what mutants of it have in common is read once.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<CSharpCompilation>> Unchanged = new(StringComparer.Ordinal);

    /// <summary>Compiles.</summary>
    /// <param name="project">Folder of the project.</param>
    /// <param name="edits">Changes; may be none.</param>
    /// <returns>The assembly.</returns>
    /// <exception cref="InvalidOperationException">An edit does not apply, or the changed project does not compile.</exception>
    public static byte[] Compile(string project, IReadOnlyList<MutantEdit> edits)
    {
        CSharpCompilation compilation = Unchanged.GetOrAdd(project, p => new(() => Read(p))).Value;
        foreach (IGrouping<string, MutantEdit> file in edits.GroupBy(e => e.File))
        {
            compilation = Replace(compilation, file.Key, text => file.Aggregate(text, Apply));
        }

        return Emit(compilation);
    }

    /// <summary>Compiles with one file replaced.</summary>
    /// <param name="project">Folder of the project.</param>
    /// <param name="file">Path of the file from the root of the tree.</param>
    /// <param name="changed">Its text.</param>
    /// <returns>The assembly, open to the tests as the product is.</returns>
    /// <exception cref="InvalidOperationException">The changed project does not compile.</exception>
    public static byte[] CompileChanged(string project, string file, string changed) => Emit(Replace(Unchanged.GetOrAdd(project, p => new(() => Read(p))).Value, file, _ => changed));

    private static CSharpCompilation Replace(CSharpCompilation compilation, string file, Func<string, string> change)
    {
        SyntaxTree before = compilation.SyntaxTrees.FirstOrDefault(t => t.FilePath == file) ?? throw new InvalidOperationException($"The patch no longer applies: there is no {file}");
        return compilation.ReplaceSyntaxTree(before, CSharpSyntaxTree.ParseText(change(before.ToString()), Parse, file));
    }

    private static byte[] Emit(CSharpCompilation compilation)
    {
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        if (!result.Success)
        {
            throw new InvalidOperationException(string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(5)));
        }

        return image.ToArray();
    }

    private static CSharpCompilation Read(string project)
    {
        string name = "NicEmu." + project;
        string folder = Path.Combine(SourceTree.Root, project);
        string projectFile = File.ReadAllText(Path.Combine(folder, project + ".csproj"));
        var trees = new List<SyntaxTree> { CSharpSyntaxTree.ParseText(ImplicitUsings + Aliases(projectFile) + Friends, Parse) };
        foreach (string path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(SourceTree.Root, path).Replace('\\', '/');
            if (relative.Contains("/obj/", StringComparison.Ordinal) || relative.Contains("/bin/", StringComparison.Ordinal)) continue;
            trees.Add(CSharpSyntaxTree.ParseText(File.ReadAllText(path).ReplaceLineEndings("\n"), Parse, relative));
        }

        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);
        return CSharpCompilation.Create(name, trees, References.Value.Where(r => Path.GetFileNameWithoutExtension(r.Display) != name), options);
    }

    private static string Apply(string text, MutantEdit edit)
    {
        int at = text.IndexOf(edit.Old, StringComparison.Ordinal);
        if (at < 0) throw new InvalidOperationException($"The patch no longer applies: {edit.File} does not hold\n{edit.Old}");
        if (text.IndexOf(edit.Old, at + 1, StringComparison.Ordinal) >= 0) throw new InvalidOperationException($"The patch is ambiguous: {edit.File} holds more than once\n{edit.Old}");
        return text[..at] + edit.New + text[(at + edit.Old.Length)..];
    }

    private static string Aliases(string projectFile) =>
        string.Concat(Regex.Matches(projectFile + File.ReadAllText(Path.Combine(SourceTree.Root, "Directory.Build.targets")), "<Using Include=\"([^\"]+)\" Alias=\"([^\"]+)\"")
            .Select(m => $" global using {m.Groups[2].Value} = global::{m.Groups[1].Value};"));
}
