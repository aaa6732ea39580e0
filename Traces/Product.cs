using System.Reflection;

namespace NicEmu.Traces;

/// <summary>The name that trace headers carry: product and version only, so that the same run gives the same file on every machine.</summary>
internal static class Product
{
    public static string Name { get; } = "NicEmu " + Version();

    private static string Version() =>
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
