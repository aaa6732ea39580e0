using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NicEmu.Spec.Inspect;

/// <summary>One node of the tree that shows a device's state: a name, a value, children. It serialises to JSON as it stands.</summary>
/// <param name="name">Name, unique among its siblings.</param>
/// <param name="value">Value as text; null for a mere group.</param>
public sealed class InspectNode(string name, string? value = null)
{
    private readonly List<InspectNode> _children = [];

    /// <summary>Name, unique among its siblings.</summary>
    public string Name { get; } = name;

    /// <summary>Value as text; null for a mere group.</summary>
    public string? Value { get; } = value;

    /// <summary>The parts, in a fixed order.</summary>
    public IReadOnlyList<InspectNode> Children => _children;

    /// <summary>Adds a part and returns it.</summary>
    /// <param name="child">Name of the part.</param>
    /// <param name="childValue">Value as text; null for a group.</param>
    public InspectNode Add(string child, string? childValue = null)
    {
        var node = new InspectNode(child, childValue);
        _children.Add(node);
        return node;
    }

    /// <summary>Adds a number, shown in decimal.</summary>
    /// <param name="child">Name of the part.</param>
    /// <param name="number">The number.</param>
    public InspectNode Add(string child, long number) => Add(child, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a truth value.</summary>
    /// <param name="child">Name of the part.</param>
    /// <param name="flag">The value.</param>
    public InspectNode Add(string child, bool flag) => Add(child, flag ? "true" : "false");

    /// <summary>Adds a number, shown in hexadecimal with the digits that its width asks for.</summary>
    /// <param name="child">Name of the part.</param>
    /// <param name="number">The number.</param>
    /// <param name="digits">Number of digits, 1 to 16.</param>
    public InspectNode AddHex(string child, ulong number, int digits = 8) =>
        Add(child, "0x" + number.ToString("X" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    /// <summary>Adds bytes that must not be shown: the first four bytes of their SHA-256 stand for them.</summary>
    /// <param name="child">Name of the part.</param>
    /// <param name="secret">The bytes; the node keeps none of them.</param>
    public InspectNode AddSecret(string child, ReadOnlySpan<byte> secret)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, digest);
        return Add(child, "sha256:" + Convert.ToHexStringLower(digest[..4]));
    }

    /// <summary>Finds a part by the names that lead to it, separated by slashes; null when there is none.</summary>
    /// <param name="path">Names from this node's children downwards.</param>
    public InspectNode? Find(string path)
    {
        InspectNode? node = this;
        foreach (string part in path.Split('/'))
        {
            node = node?._children.Find(c => c.Name == part);
        }

        return node;
    }

    /// <summary>The tree as indented lines "name: value".</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text, 0);
        return text.ToString();
    }

    private void Write(StringBuilder text, int depth)
    {
        text.Append(' ', 2 * depth).Append(Name);
        if (Value is not null)
        {
            text.Append(": ").Append(Value);
        }

        text.Append('\n');
        foreach (InspectNode child in _children)
        {
            child.Write(text, depth + 1);
        }
    }
}
