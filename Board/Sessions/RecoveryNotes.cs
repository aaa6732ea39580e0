using System.Globalization;
using NicEmu.Conformance.Oracle;
using NicEmu.Driver.Ktls;

namespace NicEmu.Board.Sessions;

/// <summary>Says in words what was lost and how it was made good.</summary>
internal static class RecoveryNotes
{
    public static IReadOnlyList<string> For(MachineStatistics machine, NetworkStatistics outgoing, NetworkStatistics incoming, WireOracleReport? sent, TxStrategy strategy)
    {
        List<string> notes = [];
        Network("sent", outgoing);
        Network("received", incoming);
        Note(machine.SegmentsRetransmitted, "TCP sent {0} segment{1} again");
        Note(machine.Ktls.TxTlsOoo, "{0} segment{1} did not begin where the card's transmit context stood" + Answer(strategy));
        Note(machine.Ktls.TxTlsReplayBytes, "{0} byte{1} read by the card again, only to find the hash that a tag needs");
        Note(machine.Ktls.TxTlsFallback, "{0} segment{1} encrypted by the driver instead of the card");
        Note(machine.Ktls.TxTlsResyncs, "{0} time{1} the card was told where the next record begins");
        Note(machine.Ktls.IfnetDisableOk, "{0} connection{1} left the card for good: too much was sent again");
        Note(machine.Ktls.RxTlsResyncReqPkt, "the card lost its place in the received stream and asked {0} time{1} whether it had found a record");
        Note(machine.Ktls.RxTlsResyncAck, "{0} of its requests confirmed");
        Note(machine.Ktls.RxTlsResyncNak, "{0} of its requests refused");
        Note(machine.Ktls.RxTlsResyncHint, "{0} time{1} the driver told it the next record unasked");
        Note(machine.Ktls.RxRecordsMixed, "{0} received record{1} came partly decrypted; the driver put that right");
        Note(machine.Ktls.RxRecordsSoftware, "{0} received record{1} decrypted by the driver");
        if (sent is { RepeatedBytes: > 0, DifferingBytes: 0 })
        {
            Note(sent.RepeatedBytes, "{0} byte{1} seen on the wire more than once, identical each time");
        }

        return notes;

        static string Answer(TxStrategy strategy) => strategy switch
        {
            TxStrategy.Reposition => "; the driver told it the record's place",
            TxStrategy.Rebuild => "; the driver programmed the context anew",
            _ => string.Empty,
        };

        void Network(string verb, NetworkStatistics direction)
        {
            Note(direction.Dropped, $"the network dropped {{0}} {verb} frame{{1}}");
            Note(direction.Reordered, $"the network reordered {{0}} {verb} frame{{1}}");
            Note(direction.Duplicated, $"the network duplicated {{0}} {verb} frame{{1}}");
            Note(direction.Corrupted, $"the network corrupted {{0}} {verb} frame{{1}}");
        }

        void Note(long count, string text)
        {
            if (count > 0)
            {
                notes.Add(string.Format(CultureInfo.InvariantCulture, text, count.ToString("N0", CultureInfo.InvariantCulture), count == 1 ? string.Empty : "s"));
            }
        }
    }
}
