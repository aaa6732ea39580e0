using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Personalities.Native;
using NicEmu.Spec.Events;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Seams;

namespace NicEmu.DeviceModel;

/// <summary>A network card with the native interface: PCI function on one side, wire on another, embedded core on a third.</summary>
public sealed class NicDevice
{
    private readonly NativePersonality _personality;

    /// <summary>Builds a device as it is after power-on, without firmware and with its port down.</summary>
    /// <param name="scheduler">Time.</param>
    /// <param name="host">The upstream port; called only while the function is a bus master.</param>
    /// <param name="link">The wire; null leaves the port unplugged.</param>
    /// <param name="trace">Where events go.</param>
    /// <param name="options">MAC address and such; null for the defaults.</param>
    public NicDevice(IScheduler scheduler, IHostPort host, ILink? link, TraceSource trace, NicDeviceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(trace);
        _personality = new NativePersonality(scheduler, host, trace, options ?? new NicDeviceOptions());
        _personality.Core.Attach(link);
    }

    /// <summary>The function as its bus sees it.</summary>
    public IPciFunction Function => _personality;

    /// <summary>The bus that firmware runs on; attach an image to start it.</summary>
    public IInternalBus InternalBus => _personality.InternalBus;

    /// <summary>The engine room.</summary>
    internal NicCore Core => _personality.Core;

    /// <summary>Plugs the port into another wire; null unplugs it.</summary>
    /// <param name="link">The wire.</param>
    public void AttachLink(ILink? link) => _personality.Core.Attach(link);

    /// <summary>The whole state as a tree; two devices with equal trees behave alike. Secrets appear as fingerprints.</summary>
    /// <param name="name">Name of the root.</param>
    public InspectNode Inspect(string name = "nic")
    {
        var root = new InspectNode(name);
        _personality.Inspect(root);
        return root;
    }
}
