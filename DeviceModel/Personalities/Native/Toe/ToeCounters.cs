using NicEmu.DeviceModel.Registers;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;

namespace NicEmu.DeviceModel.Personalities.Native.Toe;

/// <summary>What the TCP offload engine counts, from power-on.</summary>
internal sealed class ToeCounters
{
    public ulong Connections;
    public ulong RefusedConnections;
    public ulong SegmentsSent;
    public ulong SegmentsReceived;
    public ulong Retransmits;
    public ulong RetransmitBytes;
    public ulong RecordsSealed;
    public ulong RecordsOpened;
    public ulong RecordErrors;
    public ulong HostRead;
    public ulong HostWritten;
    public ulong CardRead;
    public ulong CardWritten;
    public ulong PacketsLost;
    public ulong ListBytes;

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        Connections = RefusedConnections = SegmentsSent = SegmentsReceived = Retransmits = RetransmitBytes = 0;
        RecordsSealed = RecordsOpened = RecordErrors = HostRead = HostWritten = CardRead = CardWritten = PacketsLost = ListBytes = 0;
    }

    /// <summary>Shows the counts in the registers.</summary>
    /// <param name="file">The TOE block.</param>
    public void Publish(RegisterFile file)
    {
        ToeBlock block = NativeMap.Toe;
        file.SetPair(block.Connections, Connections);
        file.SetPair(block.RefusedConnections, RefusedConnections);
        file.SetPair(block.SegmentsSent, SegmentsSent);
        file.SetPair(block.SegmentsReceived, SegmentsReceived);
        file.SetPair(block.Retransmits, Retransmits);
        file.SetPair(block.RetransmitBytes, RetransmitBytes);
        file.SetPair(block.RecordsSealed, RecordsSealed);
        file.SetPair(block.RecordsOpened, RecordsOpened);
        file.SetPair(block.RecordErrors, RecordErrors);
        file.SetPair(block.HostReadBytes, HostRead);
        file.SetPair(block.HostWrittenBytes, HostWritten);
        file.SetPair(block.CardReadBytes, CardRead);
        file.SetPair(block.CardWrittenBytes, CardWritten);
        file.SetPair(block.PacketsLost, PacketsLost);
        file.SetPair(block.ListBytes, ListBytes);
    }

    /// <summary>Adds the counts to an inspection tree.</summary>
    /// <param name="parent">Receives the values.</param>
    public void Inspect(InspectNode parent)
    {
        parent.Add("CONNECTIONS", (long)Connections);
        parent.Add("REFUSED", (long)RefusedConnections);
        parent.Add("TX_SEGMENTS", (long)SegmentsSent);
        parent.Add("RX_SEGMENTS", (long)SegmentsReceived);
        parent.Add("RETRANSMITS", (long)Retransmits);
        parent.Add("RETRANSMIT_BYTES", (long)RetransmitBytes);
        parent.Add("RECORDS_SEALED", (long)RecordsSealed);
        parent.Add("RECORDS_OPENED", (long)RecordsOpened);
        parent.Add("RECORD_ERRORS", (long)RecordErrors);
        parent.Add("HOST_READ_BYTES", (long)HostRead);
        parent.Add("HOST_WRITTEN_BYTES", (long)HostWritten);
        parent.Add("CARD_READ_BYTES", (long)CardRead);
        parent.Add("CARD_WRITTEN_BYTES", (long)CardWritten);
        parent.Add("LOST_FRAMES", (long)PacketsLost);
        parent.Add("LIST_BYTES", (long)ListBytes);
    }
}
