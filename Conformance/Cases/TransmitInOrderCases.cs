using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;

namespace NicEmu.Conformance.Cases;

/// <summary>C021 to C052: what leaves when everything is sent in order.</summary>
internal static class TransmitInOrderCases
{
    private const string Document = "Linux tls-offload.rst, TX";

    [Case("C021", CaseProfile.Tx, "A record in one segment leaves with the right ciphertext and tag, header and lengths untouched.", Source = Document, Stimulus = "One record of 1, 15, 16, 17, 255, 1400 and 16384 bytes.", Observes = "wire")]
    public static void RecordOfEverySizeIsRight(DriverCase c)
    {
        foreach (int size in new[] { 1, 15, 16, 17, 255, 1400, 16384 })
        {
            TestFlow flow = TestFlow.Open(c.Boot(), c.Seed);

            flow.SendDrawn(size);
            flow.UntilQuiet();

            flow.ExpectWire();
            OpenedRecord record = flow.OpenWire()[0];
            Expect.Equal(record.Length, size + flow.TxCodec.Overhead, $"the length of a record of {size} bytes");
        }
    }
}
