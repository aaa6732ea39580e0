using System.Globalization;
using NicEmu.DeviceModel.Port;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Inspect;

namespace NicEmu.DeviceModel.Core;

/// <summary>Shows the state of an engine room as a tree. No key byte is in it.</summary>
internal static class CoreInspection
{
    /// <summary>Adds a state to a tree.</summary>
    /// <param name="parent">Receives the node "CORE".</param>
    /// <param name="state">The state.</param>
    /// <param name="linkUp">Whether the port is up.</param>
    public static void Add(InspectNode parent, CoreSnapshot state, bool linkUp)
    {
        InspectNode core = parent.Add("CORE");
        core.Add("epoch", state.Epoch);
        AddPort(core.Add("port"), state, linkUp);
        AddKeys(core.Add("keys"), state.Tls);
        AddTransmit(core.Add("transmit-contexts"), state);
        AddReceive(core.Add("receive-contexts"), state);
    }

    private static void AddPort(InspectNode port, CoreSnapshot state, bool linkUp)
    {
        PortConfiguration c = state.Configuration;
        port.Add("admin-up", state.Port.AdminUp);
        port.Add("link-up", linkUp);
        port.Add("queued-chains", state.Port.Chains.Length);
        port.Add("frame-end-ps", state.Port.FrameEndPs?.ToString(CultureInfo.InvariantCulture) ?? "idle");
        port.Add("room-awaited", state.Port.RoomAwaited);
        port.AddHex("mac", c.MacAddress, 12);
        port.Add("unicast-filters", c.UnicastFilters.Length);
        port.AddHex("multicast-hash-low", c.MulticastHashLow, 16);
        port.AddHex("multicast-hash-high", c.MulticastHashHigh, 16);
        port.Add("promiscuous", c.Promiscuous);
        port.Add("all-multicast", c.AllMulticast);
        port.Add("broadcast", c.Broadcast);
        port.Add("mtu", c.Mtu);
        port.Add("vlan-strip", c.VlanStrip);
        port.Add("rss", c.Rss.Types.ToString());
        port.Add("rx-enable", c.RxEnable);
        port.Add("tx-enable", c.TxEnable);
    }

    private static void AddKeys(InspectNode keys, TlsEngineSnapshot tls)
    {
        foreach (KeyObjectSnapshot key in tls.Keys.Objects)
        {
            InspectNode node = keys.Add(Name(key.Handle));
            node.Add("cipher", key.Cipher.ToString());
            node.Add("owner", key.OwnerFunction);
            node.Add("revoked", key.IsRevoked);
        }
    }

    private static void AddTransmit(InspectNode contexts, CoreSnapshot state)
    {
        foreach (TxContextSnapshot context in state.Tls.Transmit)
        {
            InspectNode node = contexts.Add(Name(context.Handle));
            node.Add("mode", context.Installation.Mode.ToString());
            node.Add("queue", context.Queue);
            node.Add("references", context.References);
            node.Add("draining", context.IsDraining);
            node.AddHex("expected-sequence", context.State.Expected);
            node.Add("record-number", Number(context.State.Cursor.RecordNumber));
            node.Add("record-offset", context.State.Cursor.Tracker.Offset);
            node.Add("record-length", context.State.Cursor.Tracker.Length);
            if (context.Installation.Mode == TxMode.Positional)
            {
                node.Add("initial-record-number", Number(context.State.InitialRecordNumber));
                node.Add("rearmed", context.State.IsRearmed);
                node.Add("stopped", context.State.IsStopped);
            }
        }

        for (int queue = 0; queue < state.Positions.Length; queue++)
        {
            TxPositionSlot place = state.Positions[queue];
            if (place.IsActive)
            {
                contexts.Add((place.IsRange ? "range-of-queue-" : "position-of-queue-") + Number((ulong)queue), Name(place.Handle));
            }

            TxParameterSlot told = state.Parameters[queue];
            if (told.IsActive)
            {
                InspectNode node = contexts.Add("parameters-of-queue-" + Number((ulong)queue), Name(told.Handle));
                node.Add("record-number", told.HasNumber ? Number(told.RecordNumber) : "unchanged");
                node.Add("record-start", told.HasPlace ? "0x" + told.RecordStart.ToString("X8", CultureInfo.InvariantCulture) : "unchanged");
            }
        }
    }

    private static void AddReceive(InspectNode contexts, CoreSnapshot state)
    {
        foreach (RxContextSnapshot context in state.Tls.Receive)
        {
            InspectNode node = contexts.Add(Name(context.Handle));
            node.Add("queue", context.Installation.Queue);
            node.Add("references", context.References);
            node.Add("draining", context.IsDraining);
            node.Add("state", context.Track.Machine.State.ToString());
            node.AddHex("expected-sequence", context.Track.Expected);
            node.Add("record-number", context.Track.RecordNumber.ToString(CultureInfo.InvariantCulture));
        }

        contexts.Add("rules", state.Flows.Rules.Length);
    }

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Name(ulong handle) => "0x" + handle.ToString("X16", CultureInfo.InvariantCulture);
}
