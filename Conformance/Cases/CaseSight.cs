using System.Buffers.Binary;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;

namespace NicEmu.Conformance.Cases;

/// <summary>What several cases look for in frames and events.</summary>
internal static class CaseSight
{
    public const ushort KeyDestroy = 20;
    public const ushort TxDestroy = 33;
    public const ushort RxDestroy = 51;
    private const int DescriptorBytes = 64;

    /// <summary>Demands that no frame of any port shows application data.</summary>
    public static void ExpectNoPlaintext(TestFlow flow)
    {
        var scan = new PlaintextScan();
        scan.Add(flow.Application);
        scan.ExpectAbsent(flow.Rig.Peer.Frames, "on the first port");
        if (flow.Rig.SecondPeer is { } second) scan.ExpectAbsent(second.Frames, "on the second port");
    }

    /// <summary>Handles of contexts that were made, oldest first.</summary>
    public static IReadOnlyList<ulong> Contexts(RunEvents events, int from = 0) => [.. events.Of(TraceEventKind.ContextInstalled, from).Select(e => e.Event.Handle)];

    /// <summary>Whether a transmit descriptor that names a handle was fetched.</summary>
    public static bool IsNamed(RunEvents events, ulong handle, int from)
    {
        foreach ((TraceEvent e, byte[] data) in events.Of(TraceEventKind.DmaRead, from))
        {
            for (int at = 0; data.Length % DescriptorBytes == 0 && at < data.Length; at += DescriptorBytes)
            {
                if (BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(at + 8)) == handle) return true;
            }
        }

        return false;
    }

    /// <summary>Mailbox commands of an opcode: their objects and statuses.</summary>
    public static IReadOnlyList<(ulong Handle, ulong Status)> Commands(RunEvents events, ushort opcode, int from = 0) =>
        [.. events.Of(TraceEventKind.MailboxCommand, from).Where(e => e.Event.Code == opcode).Select(e => (e.Event.Handle, e.Event.Value))];

    /// <summary>Demands that the interface can be taken down: nothing that was begun keeps it up.</summary>
    public static void ExpectInterfaceGoesDown(DriverRig rig, string when)
    {
        if ((rig.Driver.Abilities & Spec.Testing.DriverAbilities.InterfaceState) == 0) return;
        rig.Driver.SetInterface(false);
        rig.Until(() => !rig.Driver.IsReady, $"the interface goes down {when}");
        ExpectAllRemovedOnce(rig.Events);
    }

    /// <summary>Demands that every context made was removed, each once, and that no removal was asked for twice.</summary>
    public static void ExpectAllRemovedOnce(RunEvents events)
    {
        foreach (ulong context in Contexts(events))
        {
            Expect.Equal(events.Of(TraceEventKind.ContextRemoved).Count(e => e.Event.Handle == context), 1, $"the number of removals of context 0x{context:X16}");
        }

        foreach (ushort opcode in new[] { TxDestroy, RxDestroy, KeyDestroy })
        {
            IEnumerable<ulong> twice = Commands(events, opcode).Where(c => c.Status == 0).GroupBy(c => c.Handle).Where(g => g.Count() > 1).Select(g => g.Key);
            Expect.That(!twice.Any(), $"no object is destroyed twice (command {opcode})");
        }
    }
}
