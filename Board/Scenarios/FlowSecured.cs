using NicEmu.Conformance.Oracle;
using NicEmu.Driver.Kernel;

namespace NicEmu.Board.Scenarios;

/// <summary>What an end of a flow has after it was given its keys.</summary>
/// <param name="Tx">Keys of what it sends, and where they begin.</param>
/// <param name="Rx">Keys of what it receives.</param>
/// <param name="Updater">Changes the keys; null in TLS 1.2.</param>
internal sealed record FlowSecured(RecordKeys Tx, RecordKeys Rx, KeyUpdater? Updater);
