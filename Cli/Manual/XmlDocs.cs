using System.Text.RegularExpressions;
using System.Xml.Linq;
using NicEmu.Spec.Native;

namespace NicEmu.Cli.Manual;

/// <summary>The documentation comments of <c>Spec</c>, so that the manual and the code cannot say different things.</summary>
internal sealed partial class XmlDocs
{
    private readonly Dictionary<string, string> _summaries = [];

    private XmlDocs(XDocument document)
    {
        foreach (XElement member in document.Descendants("member"))
        {
            if (member.Attribute("name")?.Value is { } name && member.Element("summary") is { } summary)
            {
                _summaries[name] = Flatten(summary);
            }
        }
    }

    /// <summary>Loads the documentation file that lies beside the assembly.</summary>
    /// <exception cref="EnvironmentFault">The file is missing.</exception>
    public static XmlDocs Load()
    {
        string path = Path.Combine(AppContext.BaseDirectory, typeof(NativeMap).Assembly.GetName().Name + ".xml");
        return File.Exists(path)
            ? new XmlDocs(XDocument.Load(path))
            : throw new EnvironmentFault($"{path} is missing; build again with ./nicemu.");
    }

    /// <summary>Meaning of a type.</summary>
    /// <param name="type">The type.</param>
    public string Type(Type type) => Summary("T:" + type.FullName);

    /// <summary>Meaning of a property.</summary>
    /// <param name="type">The type that declares it.</param>
    /// <param name="name">Its name.</param>
    public string Property(Type type, string name) => Summary($"P:{type.FullName}.{name}");

    /// <summary>Meaning of an enumeration member or constant.</summary>
    /// <param name="type">The type that declares it.</param>
    /// <param name="name">Its name.</param>
    public string Field(Type type, string name) => Summary($"F:{type.FullName}.{name}");

    private static string Flatten(XElement summary)
    {
        foreach (XElement reference in summary.Descendants().Where(e => e.Name == "see" || e.Name == "paramref").ToList())
        {
            string target = reference.Attribute("cref")?.Value ?? reference.Attribute("name")?.Value ?? string.Empty;
            string[] parts = target[(target.IndexOf(':') + 1)..].Split('.');
            bool isMember = target.Length > 1 && target[0] is 'F' or 'P';
            reference.ReplaceWith(isMember && parts.Length > 1 ? $"{parts[^2]}.{parts[^1]}" : parts[^1]);
        }

        return Spaces().Replace(summary.Value, " ").Trim();
    }

    private string Summary(string id) => _summaries.TryGetValue(id, out string? text) ? text : string.Empty;

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
