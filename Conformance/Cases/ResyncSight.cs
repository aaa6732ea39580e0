using System.Buffers.Binary;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>Streams whose headers can be lost, and what the driver answered when the card asked.</summary>
internal static class ResyncSight
{
    /// <summary>Bytes of content of a record.</summary>
    public const int Content = 300;

    private const byte AnswerOpcode = 0x16;

    /// <summary>A connection and records in packets of 400 bytes, so that some packets hold a header and some do not end with a record.</summary>
    public static (TestFlow Flow, byte[] Data, CutStream Packets) Prepare(DriverRig rig, DriverCase c, string label, int records, TlsVersion version = TlsVersion.Tls13)
    {
        TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = label, Version = version });
        byte[] data = CaseKeys.Bytes(c.Seed, label, records * Content);
        byte[] stream = [.. data.Chunk(Content).SelectMany(part => flow.SealNext(part))];
        return (flow, data, new CutStream(flow, stream, 400));
    }

    /// <summary>A packet far ahead, without a header in it, that TCP discards: from the card's place on everything seems to be lost.</summary>
    public static void LeadAway(TestFlow flow)
    {
        flow.Connection.SendUnacceptable(flow.Connection.NextSequence + 0x0100_0000, new byte[100]);
        flow.Rig.Settle();
    }

    public static void SendWithoutPause(TestFlow flow, CutStream packets, int index) => flow.Connection.SendAt(packets.Sequence(index), packets.Payload(index));

    public static uint FirstRecord(TestFlow flow) => flow.Connection.Options.InitialSequence + 1;

    /// <summary>Demands that records come decrypted by the card again.</summary>
    public static void ExpectResumed(DriverRig rig, TestFlow flow, DriverCase c, string what)
    {
        long before = rig.Statistic("rx_tls_records_device");
        for (int i = 0; i < 20; i++)
        {
            byte[] data = CaseKeys.Bytes(c.Seed, $"resumed {i}", 500);
            flow.Deliver(flow.SealNext(data));
            flow.ExpectDelivered(data);
        }

        Expect.AtLeast(rig.Statistic("rx_tls_records_device") - before, 10, $"the records of twenty that the card decrypts after {what}");
    }

    /// <summary>Demands that every acknowledgement and hint names a record's place and its number; returns how many acknowledgements there were.</summary>
    public static int ExpectRightAnswers(DriverRig rig, TestFlow flow, int mark)
    {
        int acknowledged = 0;
        foreach ((byte kind, uint sequence, ulong number) in Answers(rig, flow, mark))
        {
            if (kind == 0) continue;
            if (kind == 1) acknowledged++;
            Expect.That(flow.RxPlaces.TryGetValue(sequence, out ulong right) || sequence == flow.Connection.NextSequence, $"a record begins at the place 0x{sequence:X8} of an answer");
            if (flow.RxPlaces.ContainsKey(sequence)) Expect.Equal(number, right, $"the number in the answer for 0x{sequence:X8}");
        }

        return acknowledged;
    }

    /// <summary>The answers that the card fetched.</summary>
    public static IEnumerable<(byte Kind, uint Sequence, ulong Number)> Answers(DriverRig rig, TestFlow flow, int mark)
    {
        ulong ring = rig.Controls.Bus.Read(0, 0x4000, 8);
        ulong end = ring + (64ul << rig.Setup.TxRingLog2);
        foreach ((TraceEvent e, byte[] data) in rig.Events.Of(TraceEventKind.DmaRead, mark))
        {
            if (e.Address < ring || e.Address >= end) continue;
            for (int at = 0; at + 64 <= data.Length; at += 64)
            {
                if (data[at] != AnswerOpcode) continue;
                yield return (data[at + 2], BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(at + 16)), BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(at + 24)));
            }
        }
    }
}
