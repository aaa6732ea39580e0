using System.Reflection;
using System.Text;

namespace NicEmu.Conformance.Core;

/// <summary>All cases of this suite.</summary>
public static class CaseCatalogue
{
    /// <summary>The cases, in the order of their numbers.</summary>
    public static IReadOnlyList<ConformanceCase> All { get; } = Discover();

    /// <summary>Finds a case.</summary>
    /// <param name="id">Its number, in any letter case.</param>
    public static ConformanceCase? Find(string id) => All.FirstOrDefault(c => c.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    private static ConformanceCase[] Discover()
    {
        IEnumerable<ConformanceCase> found =
            from type in typeof(CaseCatalogue).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            let attribute = method.GetCustomAttribute<CaseAttribute>()
            where attribute is not null
            select Create(method, attribute);
        ConformanceCase[] cases = [.. found.OrderBy(c => c.Id, StringComparer.Ordinal)];
        for (int i = 1; i < cases.Length; i++)
        {
            if (cases[i].Id == cases[i - 1].Id) throw new InvalidOperationException($"Two cases have the number {cases[i].Id}.");
        }

        return cases;
    }

    private static ConformanceCase Create(MethodInfo method, CaseAttribute attribute)
    {
        bool isDevice = method.GetParameters() is [{ ParameterType: var type }] && type == typeof(DeviceCase);
        return new(attribute.Id, attribute.Profile, isDevice ? CaseKind.Device : CaseKind.Driver, Words(method.Name), attribute.Behaviour, attribute.Stimulus, attribute.Observes, attribute.Source)
        {
            Tolerates = attribute.Tolerates,
            Narrower = attribute.Narrower,
            Sweep = attribute.Sweep,
            Driver = isDevice ? null : method.CreateDelegate<Action<DriverCase>>(),
            Device = isDevice ? method.CreateDelegate<Action<DeviceCase>>() : null,
        };
    }

    private static string Words(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsUpper(c) && text.Length > 0) text.Append(' ');
            text.Append(text.Length > 0 ? char.ToLowerInvariant(c) : c);
        }

        return text.ToString();
    }
}
