using System.Buffers.Binary;
using NicEmu.Conformance.Core;
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

    /// <summary>Number of the first frame that shows eight consecutive bytes of the data; null when none does.</summary>
    public static int? FirstLeak(IReadOnlyList<byte[]> frames, ReadOnlySpan<byte> data)
    {
        var grams = new HashSet<ulong>();
        for (int i = 0; i + 8 <= data.Length; i++) grams.Add(BinaryPrimitives.ReadUInt64LittleEndian(data[i..]));
        for (int n = 0; n < frames.Count; n++)
        {
            for (int i = 0; i + 8 <= frames[n].Length; i++)
            {
                if (grams.Contains(BinaryPrimitives.ReadUInt64LittleEndian(frames[n].AsSpan(i)))) return n;
            }
        }

        return null;
    }

    /// <summary>Demands that no frame of any port shows application data.</summary>
    public static void ExpectNoPlaintext(TestFlow flow)
    {
        int? leak = FirstLeak(flow.Rig.Peer.Frames, flow.Application);
        Expect.That(leak is null, $"no frame shows application data (frame {leak} does)");
        leak = flow.Rig.SecondPeer is { } second ? FirstLeak(second.Frames, flow.Application) : null;
        Expect.That(leak is null, $"no frame of the second port shows application data (frame {leak} does)");
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
