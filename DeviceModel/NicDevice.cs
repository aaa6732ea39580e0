using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Personalities.Native;
using NicEmu.DeviceModel.State;
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
        options ??= new NicDeviceOptions();
        _personality = new NativePersonality(scheduler, host, trace, options);
        _personality.Core.TracePlaintext = options.TracePlaintext;
        _personality.Core.Attach(link);
    }

    /// <summary>The function as its bus sees it.</summary>
    public IPciFunction Function => _personality;

    /// <summary>The bus that firmware runs on; attach an image to start it.</summary>
    public IInternalBus InternalBus => _personality.InternalBus;

    /// <summary>What the cache of expanded keys did since the last reset.</summary>
    public ContextCacheStatistics ContextCache => _personality.Core.ContextCache;

    /// <summary>The engine room.</summary>
    internal NicCore Core => _personality.Core;

    /// <summary>Plugs the port into another wire; null unplugs it.</summary>
    /// <param name="link">The wire.</param>
    public void AttachLink(ILink? link) => _personality.Core.Attach(link);

    /// <summary>Saves device and firmware; nothing changes. Wire, host memory and trace are not part of it.</summary>
    /// <exception cref="InvalidOperationException">The TCP offload engine is enabled: its connections live in the program's own memory, which no snapshot holds. Disable it first.</exception>
    public DeviceSnapshot Save()
    {
        if (_personality.ToeRuns)
        {
            throw new InvalidOperationException("The TCP offload engine is enabled; its connections cannot be saved.");
        }

        var state = new StateWriter();
        _personality.Save(state);
        var snapshot = new DeviceSnapshot([.. state.Written], _personality.Core.Save());
        state.Clear();
        return snapshot;
    }

    /// <summary>
    /// Becomes the device that was saved, timers included. Firmware must be attached if and only if the saved device had one. Nothing reaches the host.
    /// </summary>
    /// <param name="snapshot">The state.</param>
    /// <exception cref="ArgumentException">It is of another version or of a device that is built otherwise; this one is then to be reset.</exception>
    public void Restore(DeviceSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (snapshot.Version != DeviceSnapshot.CurrentVersion)
        {
            throw new ArgumentException("The snapshot is of another version.", nameof(snapshot));
        }

        _personality.Core.Restore(snapshot.Core);
        var state = new StateReader(snapshot.Hardware.AsSpan());
        _personality.Restore(ref state);
        if (!state.AtEnd)
        {
            throw new ArgumentException("The snapshot holds more than a device.", nameof(snapshot));
        }
    }

    /// <summary>The whole state as a tree; two devices with equal trees behave alike. Secrets appear as fingerprints.</summary>
    /// <param name="name">Name of the root.</param>
    public InspectNode Inspect(string name = "nic")
    {
        var root = new InspectNode(name);
        _personality.Inspect(root);
        _personality.Core.Inspect(root);
        return root;
    }
}
