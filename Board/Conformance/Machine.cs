using NicEmu.Board.Bus;
using NicEmu.Board.Links;
using NicEmu.Board.Time;
using NicEmu.Conformance.Core;

namespace NicEmu.Board.Conformance;

/// <summary>A board, or two on one loop for a machine with two ports, with their wires in a tester's hands.</summary>
internal sealed class Machine
{
    private readonly ulong _seed;
    private NicBoard? _second;

    /// <summary>Switches a machine on.</summary>
    /// <param name="seed">Source of randomness.</param>
    /// <param name="hasFirmware">Whether the card holds its program.</param>
    /// <param name="hiddenCapabilities">Bits of CAP_TLS that the card seems to lack.</param>
    /// <param name="toeConnections">Connections of the card's TCP offload engine; 0 for none.</param>
    public Machine(ulong seed, bool hasFirmware, uint hiddenCapabilities = 0, int toeConnections = 0)
    {
        _seed = seed;
        Wire = new TesterWire(Loop);
        Board = new NicBoard(Loop, Wire, new NicBoardOptions { Seed = seed, HasFirmware = hasFirmware, HasToe = toeConnections > 0, ToeConnections = Math.Max(1, toeConnections) });
        Sinks.Add(Events);
        Board.Trace.Sink = Sinks;
        Controls = new MachineControls(Board, Wire, hiddenCapabilities);
    }

    public EventLoop Loop { get; } = new();

    public RunEvents Events { get; } = new();

    /// <summary>Who gets the events of all boards.</summary>
    public TraceFanout Sinks { get; } = new();

    public NicBoard Board { get; }

    public TesterWire Wire { get; }

    /// <summary>Wire of the second port; null without one.</summary>
    public TesterWire? SecondWire { get; private set; }

    public MachineControls Controls { get; }

    /// <summary>Puts in a second card.</summary>
    public NicBoard AddBoard()
    {
        SecondWire = new TesterWire(Loop, name: "tester.second");
        _second = new NicBoard(Loop, SecondWire, new NicBoardOptions { Number = 1, Seed = _seed + 1 });
        _second.Trace.Sink = Sinks;
        return _second;
    }

    /// <summary>Reads memory without being seen.</summary>
    public bool TryPeek(int device, ulong address, Span<byte> data) => (device == 0 ? Board : _second)?.Memory.TryPeek(address, data) ?? false;
}
