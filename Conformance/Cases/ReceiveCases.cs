using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;

namespace NicEmu.Conformance.Cases;

/// <summary>C095 to C127: what arrives.</summary>
internal static class ReceiveCases
{
    private const string Document = "Linux tls-offload.rst, RX";

    [Case("C095", CaseProfile.Rx, "Records that arrive in order come decrypted by the card, whatever their cuts.", Source = Document, Stimulus = "Five records of 2000 bytes in segments of 1, 7, 13, 16, 17, 536 and 1460 bytes.", Observes = "application data, statistics")]
    public static void RecordsInOrderAreDecrypted(DriverCase c)
    {
        foreach (int cut in new[] { 1, 7, 13, 16, 17, 536, 1460 })
        {
            TestFlow flow = TestFlow.Open(c.Boot(), c.Seed);
            byte[] data = CaseKeys.Bytes(c.Seed, "received", 10_000);
            long before = flow.Rig.Statistic("rx_tls_decrypted_packets");
            byte[] stream = [.. data.Chunk(2000).SelectMany(part => flow.SealNext(part))];

            flow.Deliver(stream, cut);
            flow.ExpectDelivered(data);

            long packets = (stream.Length + cut - 1) / cut;
            Expect.Equal(flow.Rig.Statistic("rx_tls_decrypted_packets") - before, packets, $"the number of packets of {cut} bytes that came decrypted");
        }
    }
}
