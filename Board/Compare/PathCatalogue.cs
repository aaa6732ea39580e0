using NicEmu.Board.Compare.Rows;
using NicEmu.Driver.Memory;

namespace NicEmu.Board.Compare;

/// <summary>The data paths that can be compared, in the order of the tables.</summary>
public static class PathCatalogue
{
    private static readonly (string Id, Func<PathServer>? Create)[] Known =
    [
        ("user", static () => new UserPath(copiesOnceMore: false)),
        ("user-copy", static () => new UserPath(copiesOnceMore: true)),
        ("sslstream", static () => new SslStreamPath()),
        ("ktls-write", static () => new KernelWritePath(copiesOnceMore: false)),
        ("ktls-copy", static () => new KernelWritePath(copiesOnceMore: true)),
        ("ktls", static () => new KernelPath(StoreKind.Ordinary)),
        ("ktls-nt", static () => new KernelPath(StoreKind.NonTemporal)),
        ("lookaside", static () => new LookasidePath()),
        ("inline-copy", static () => new InlinePath(copies: true)),
        ("inline", static () => new InlinePath(copies: false)),
        ("toe", static () => new ToePath()),
        (ReceiveRig.ByCardId, null),
        (ReceiveRig.InSoftwareId, null),
        ("plain", static () => new PlainPath()),
    ];

    /// <summary>Names of all paths.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. Known.Select(static k => k.Id)];

    /// <summary>Creates a path that serves, not started.</summary>
    /// <param name="id">Its name.</param>
    /// <exception cref="ArgumentException">There is none of that name, or it receives.</exception>
    public static PathServer Create(string id) => Find(id)?.Invoke() ?? throw new ArgumentException($"Path {id} receives.", nameof(id));

    /// <summary>Whether a path receives: then it has a rig of its own.</summary>
    /// <param name="id">Its name.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static bool IsReceiving(string id) => Find(id) is null;

    /// <summary>What can be said of a path before it runs.</summary>
    /// <param name="id">Its name.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static PathDescription Describe(string id) => IsReceiving(id) ? ReceiveRig.Describe(id == ReceiveRig.ByCardId) : Create(id).Description;

    /// <summary>Runs a path.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="options">What is served, and how.</param>
    /// <param name="cancellation">Checked between events.</param>
    /// <exception cref="ArgumentException">There is none of that name, or an option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    public static PathResult Run(string id, CompareOptions options, CancellationToken cancellation = default) =>
        IsReceiving(id) ? ReceiveRig.Run(options, id == ReceiveRig.ByCardId, cancellation).Result : CompareRig.Run(Create(id), options, cancellation: cancellation);

    private static Func<PathServer>? Find(string id)
    {
        foreach ((string known, Func<PathServer>? create) in Known)
        {
            if (known == id) return create;
        }

        throw new ArgumentException($"There is no path {id}; there are {string.Join(", ", Ids)}.", nameof(id));
    }
}
