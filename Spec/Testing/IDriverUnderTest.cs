namespace NicEmu.Spec.Testing;

/// <summary>
/// A driver with the stack above it, as a conformance suite sees it: ours in process, or a foreign one behind a shim. No call waits: what takes time
/// happens while the suite runs its clock, and shows in the properties.
/// </summary>
public interface IDriverUnderTest
{
    /// <summary>Name for reports.</summary>
    string Name { get; }

    /// <summary>What it can be asked to do.</summary>
    DriverAbilities Abilities { get; }

    /// <summary>Whether connections can be opened.</summary>
    bool IsReady { get; }

    /// <summary>Why the driver gave its card up; null while it did not.</summary>
    string? Failure { get; }

    /// <summary>Names of the counters that it has: those of the kernel document (<c>tx_tls_ooo</c>), of /proc/net/tls_stat (<c>TlsTxDevice</c>), and its own.</summary>
    IReadOnlyCollection<string> StatisticNames { get; }

    /// <summary>Names of its strategies for retransmissions, its default first; more than one needs <see cref="DriverAbilities.Strategies"/>.</summary>
    IReadOnlyList<string> Strategies { get; }

    /// <summary>Brings the card up.</summary>
    void Start();

    /// <summary>Gives the card back, connections or not. Needs <see cref="DriverAbilities.Unbind"/>.</summary>
    void Unbind();

    /// <summary>Takes the interface down (NETDEV_DOWN) or up. Needs <see cref="DriverAbilities.InterfaceState"/>.</summary>
    /// <param name="up">Whether it is to be up.</param>
    void SetInterface(bool up);

    /// <summary>Switches a feature, as ethtool -K does; others may follow. Needs <see cref="DriverAbilities.FeatureSwitches"/>.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="on">Whether it is to be on.</param>
    void SetFeature(DriverFeature feature, bool on);

    /// <summary>Whether a feature is on.</summary>
    /// <param name="feature">The feature.</param>
    bool HasFeature(DriverFeature feature);

    /// <summary>Moves the route of all connections to another port. Needs <see cref="DriverAbilities.SecondPort"/>.</summary>
    /// <param name="port">0, the card under test, or 1.</param>
    void SetRoute(int port);

    /// <summary>Opens a connection.</summary>
    /// <param name="request">Where to.</param>
    IFlowUnderTest Connect(FlowRequest request);

    /// <summary>Puts a file into the page cache. Needs <see cref="DriverAbilities.SendFile"/>.</summary>
    /// <param name="content">Its bytes.</param>
    /// <returns>Its number.</returns>
    int CreateFile(ReadOnlySpan<byte> content);

    /// <summary>Changes a file in the page cache.</summary>
    /// <param name="file">Its number.</param>
    /// <param name="offset">Where.</param>
    /// <param name="content">New bytes, within the file.</param>
    void ChangeFile(int file, int offset, ReadOnlySpan<byte> content);

    /// <summary>Reads a counter.</summary>
    /// <param name="name">One of <see cref="StatisticNames"/>.</param>
    /// <returns>Its value; null when the driver has no such counter.</returns>
    long? Statistic(string name);
}
