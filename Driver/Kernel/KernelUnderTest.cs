using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Testing;

namespace NicEmu.Driver.Kernel;

/// <summary>Our driver and kernel as a conformance suite sees them.</summary>
/// <param name="host">The host, not started.</param>
public sealed class KernelUnderTest(HostKernel host) : IDriverUnderTest
{
    private static readonly Dictionary<string, Func<KtlsCounters, long>> Counters = KtlsCounterNames.All;

    private readonly List<PageCacheFile> _files = [];

    /// <inheritdoc/>
    public string Name => "NicEmu driver";

    /// <inheritdoc/>
    public DriverAbilities Abilities => DriverAbilities.ControlRecords | DriverAbilities.InitialSequence
        | DriverAbilities.Rekey | DriverAbilities.InterfaceState | DriverAbilities.Unbind | DriverAbilities.Recovery | DriverAbilities.Strategies
        | DriverAbilities.MessageFlags | DriverAbilities.RecordLimit | DriverAbilities.SendFile | DriverAbilities.ZeroCopy | DriverAbilities.FeatureSwitches
        | (host.Ports.Count > 1 ? DriverAbilities.SecondPort : DriverAbilities.None);

    /// <inheritdoc/>
    public bool IsReady => host.IsReady;

    /// <inheritdoc/>
    public string? Failure => host.Nic.Error == NicError.None ? null : host.Nic.Error.ToString();

    /// <inheritdoc/>
    public IReadOnlyCollection<string> StatisticNames => Counters.Keys;

    /// <inheritdoc/>
    public IReadOnlyList<string> Strategies { get; } = Enum.GetNames<TxStrategy>();

    /// <inheritdoc/>
    public void Start() => host.Start();

    /// <inheritdoc/>
    public void Unbind() => host.Unbind();

    /// <inheritdoc/>
    public void SetInterface(bool up)
    {
        if (up) host.Up();
        else host.Down();
    }

    /// <inheritdoc/>
    public void SetFeature(DriverFeature feature, bool on) => host.SetFeature(feature, on);

    /// <inheritdoc/>
    public bool HasFeature(DriverFeature feature) => host.Features.Has(feature);

    /// <inheritdoc/>
    public void SetRoute(int port) => host.RouteBy(host.Ports[port]);

    /// <inheritdoc/>
    public IFlowUnderTest Connect(FlowRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        TcpConfig tcp = host.Options.Tcp;
        if (request.InitialSequence is { } initial) tcp = tcp with { InitialSequence = initial };
        if (request.SendBufferBytes > 0) tcp = tcp with { SendBufferBytes = request.SendBufferBytes };
        IpAddress address = request.PeerAddress.Length == 4 ? IpAddress.ReadIpv4(request.PeerAddress.Span) : IpAddress.ReadIpv6(request.PeerAddress.Span);
        return new FlowOfKernel(host.Connect(address, request.PeerPort, request.LocalPort, tcp), _files);
    }

    /// <inheritdoc/>
    public int CreateFile(ReadOnlySpan<byte> content)
    {
        _files.Add(new(content));
        return _files.Count - 1;
    }

    /// <inheritdoc/>
    public void ChangeFile(int file, int offset, ReadOnlySpan<byte> content) => _files[file].Write(offset, content);

    /// <inheritdoc/>
    public long? Statistic(string name) => Counters.TryGetValue(name, out Func<KtlsCounters, long>? read) ? read(host.Counters) : null;
}
