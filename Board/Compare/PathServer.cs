namespace NicEmu.Board.Compare;

/// <summary>One data path as a running server. It handshakes when it is connected to, and serves when it is told to.</summary>
public abstract class PathServer
{
    /// <summary>What can be said of it before it runs.</summary>
    public abstract PathDescription Description { get; }

    /// <summary>The first thing that went wrong; null when nothing did.</summary>
    public string? Failure { get; protected set; }

    /// <summary>Whether it can be connected to.</summary>
    public abstract bool IsReady { get; }

    /// <summary>Connections whose handshakes are complete and whose last bytes of them are acknowledged, in the order in which they came.</summary>
    public abstract IReadOnlyList<ServedConnection> Connections { get; }

    /// <summary>Whether everything was served and acknowledged, and the card needs none of it.</summary>
    public abstract bool IsDone { get; }

    /// <summary>Changes how the server's machine is built.</summary>
    /// <param name="options">How it would be built.</param>
    /// <param name="compare">What is served, and how.</param>
    public virtual NicBoardOptions Configure(NicBoardOptions options, CompareOptions compare) => options;

    /// <summary>Takes a machine and begins to bring its card up.</summary>
    /// <param name="machine">The machine.</param>
    public abstract void Start(ServeMachine machine);

    /// <summary>Listens.</summary>
    public abstract void Listen();

    /// <summary>Serves the file to a connection.</summary>
    /// <param name="connection">Its place in <see cref="Connections"/>.</param>
    public abstract void Serve(int connection);

    /// <summary>Adds what only the path itself can tell.</summary>
    /// <param name="result">What is known.</param>
    public virtual PathResult Complete(PathResult result) => result;
}
