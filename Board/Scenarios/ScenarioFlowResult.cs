using NicEmu.Conformance.Oracle;
using NicEmu.Driver.Kernel;

namespace NicEmu.Board.Scenarios;

/// <summary>How one flow went.</summary>
/// <param name="Name">Its name.</param>
/// <param name="BytesSent">Content that the machine under test handed over.</param>
/// <param name="BytesReceived">Content that it received.</param>
/// <param name="Tx">Where its sending was protected at last.</param>
/// <param name="Rx">Where its receiving was protected at last.</param>
/// <param name="PeerTx">The same of the second machine.</param>
/// <param name="PeerRx">The same of the second machine.</param>
/// <param name="WireSent">What an independent look at the sent stream found.</param>
/// <param name="WireReceived">What an independent look at the received stream found.</param>
public sealed record ScenarioFlowResult(
    string Name, long BytesSent, long BytesReceived, KtlsState Tx, KtlsState Rx, KtlsState PeerTx, KtlsState PeerRx, WireOracleReport WireSent, WireOracleReport WireReceived);
