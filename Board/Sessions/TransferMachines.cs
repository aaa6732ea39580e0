using NicEmu.Driver.Kernel;

namespace NicEmu.Board.Sessions;

/// <summary>The machines of a transfer.</summary>
/// <param name="Board">The machine under test.</param>
/// <param name="Host">Its driver and kernel.</param>
/// <param name="PeerBoard">The second machine; null unless the peer is one.</param>
/// <param name="PeerHost">Its driver and kernel; null unless the peer is one.</param>
public sealed record TransferMachines(NicBoard Board, HostKernel Host, NicBoard? PeerBoard, HostKernel? PeerHost);
