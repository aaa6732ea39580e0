using System.Reflection;

namespace NicEmu.Cli;

/// <summary>What this program is.</summary>
internal static class Product
{
    /// <summary>Product version.</summary>
    public static string Version { get; } = typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?";
}
