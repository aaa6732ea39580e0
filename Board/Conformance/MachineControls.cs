using NicEmu.Board.Links;
using NicEmu.Conformance.Core;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Conformance;

/// <summary>What can happen to a board of this process from outside its driver.</summary>
internal sealed class MachineControls : IMachineControls
{
    private readonly NicBoard _board;
    private readonly TesterWire _wire;
    private readonly MailboxFaults _mailbox;

    public MachineControls(NicBoard board, TesterWire wire, uint hiddenCapabilities = 0)
    {
        (_board, _wire) = (board, wire);
        _mailbox = new MailboxFaults(board.Device.Function, hiddenCapabilities);
        board.Bus.Attach(_mailbox);
    }

    public IDeviceBus Bus => _board.Bus;

    public void SetCarrier(bool up) => _wire.IsUp = up;

    public void ResetFunction() => _mailbox.Reset(ResetKind.FunctionLevel);

    public void SetFirmware(bool running) => _mailbox.IsRunning = running;

    public void RemoveCard() => _board.Bus.IsRemoved = true;

    public void FailDma(int after, int count)
    {
        for (int i = 0; i < count; i++) _board.Port.FailAt(_board.Port.Transactions + after + i);
    }

    public void FailCommand(ushort opcode, byte status, int count) => _mailbox.Refuse(opcode, status, count);

    public ulong? FindInMemory(ReadOnlySpan<byte> pattern) => _board.Memory.Find(pattern);

    public void DropInterrupts(int count) => _board.Port.DropInterrupts(count);
}
