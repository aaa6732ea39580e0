using System.Buffers.Binary;
using NicEmu.Firmware.Commands;
using NicEmu.Firmware.Toe;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Firmware;

/// <summary>
/// The program inside the device: boots, serves the mailbox, keeps the ledger of keys and contexts, controls the link. It sees the device only
/// through the internal bus, and never a key byte.
/// </summary>
public sealed class FirmwareImage : IEmbeddedCore
{
    /// <summary>Major version of the program.</summary>
    public const ushort MajorVersion = 1;

    /// <summary>Minor version of the program.</summary>
    public const ushort MinorVersion = 0;

    private const int SavedVersion = 1;
    private const int SavedLength = 4 + 4 + 4 + (3 * 9);

    private readonly IInternalBus _bus;
    private readonly IScheduler _scheduler;
    private readonly ITimer _start;
    private readonly ITimer _health;
    private readonly ITimer _mailbox;
    private readonly Ledger _ledger = new();
    private readonly CommandTable _commands;
    private readonly ToeRunner? _toe;
    private FirmwareState _state = FirmwareState.Absent;

    /// <summary>Loads the program; it starts when the bus is told to attach it.</summary>
    /// <param name="bus">The internal bus of the device.</param>
    /// <param name="scheduler">Time.</param>
    /// <param name="name">Prefix of the timers' names. The timer NAME.health never ends and should not keep a run going.</param>
    public FirmwareImage(IInternalBus bus, IScheduler scheduler, string name = "fw")
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(scheduler);
        _bus = bus;
        _scheduler = scheduler;
        _start = scheduler.CreateTimer(name + ".start", Started);
        _health = scheduler.CreateTimer(name + ".health", Beat);
        _mailbox = scheduler.CreateTimer(name + ".mailbox", Serve);
        _toe = ToeRunner.Create(bus, scheduler, name);
        _commands = new CommandTable(new ObjectPort(bus), _ledger, up => Write(Block.Link, up ? 1u : 0u));
    }

    /// <summary>State of the program.</summary>
    public FirmwareState State => _state;

    private static InternalBlock Block => NativeMap.Internal;

    /// <inheritdoc/>
    public void Notify(int line)
    {
        switch ((InternalLine)line)
        {
            case InternalLine.Mailbox:
                _mailbox.ArmAt(_scheduler.NowPs + TimingTable.MailboxStartPs + TimingTable.MailboxCommandPs);
                break;
            case InternalLine.FunctionReset:
                Restart();
                break;
            case InternalLine.ToeChanged:
                _toe?.Change();
                break;
            case InternalLine.PacketRing or InternalLine.CryptoRing or InternalLine.HostRing or InternalLine.ToeCommands:
                _toe?.Wake();
                break;
        }
    }

    /// <inheritdoc/>
    public void Restart()
    {
        _health.Cancel();
        _mailbox.Cancel();
        _toe?.Restart();
        _commands.Served = 0;
        _ledger.Clear();
        Enter(FirmwareState.Starting);
        _start.ArmAt(_scheduler.NowPs + TimingTable.FirmwareStartPs);
    }

    /// <inheritdoc/>
    public byte[] Save()
    {
        byte[] bytes = new byte[SavedLength];
        Span<byte> rest = bytes;
        BinaryPrimitives.WriteInt32LittleEndian(rest, SavedVersion);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], (int)_state);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[8..], _commands.Served);
        rest = rest[12..];
        foreach (ITimer timer in (ReadOnlySpan<ITimer>)[_start, _health, _mailbox])
        {
            rest[0] = timer.DeadlinePs.HasValue ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteInt64LittleEndian(rest[1..], timer.DeadlinePs ?? 0);
            rest = rest[9..];
        }

        return bytes;
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> state)
    {
        if (state.Length != SavedLength || BinaryPrimitives.ReadInt32LittleEndian(state) != SavedVersion)
        {
            throw new ArgumentException("Not a saved state of this program.", nameof(state));
        }

        _state = (FirmwareState)BinaryPrimitives.ReadInt32LittleEndian(state[4..]);
        _commands.Served = BinaryPrimitives.ReadUInt32LittleEndian(state[8..]);
        ReadOnlySpan<byte> rest = state[12..];
        foreach (ITimer timer in (ReadOnlySpan<ITimer>)[_start, _health, _mailbox])
        {
            timer.Cancel();
            if (rest[0] != 0)
            {
                timer.ArmAt(BinaryPrimitives.ReadInt64LittleEndian(rest[1..]));
            }

            rest = rest[9..];
        }

        // The ledger is what the tables of the hardware say: the saved device has them already.
        _ledger.ReadBack(_bus);
        _toe?.Resume(_state == FirmwareState.Ready);
    }

    private void Started()
    {
        Write(Block.FirmwareVersion, ((uint)MajorVersion << 16) | MinorVersion);
        Write(Block.Health, 0);
        _ledger.ReadBack(_bus);
        _health.ArmAt(_scheduler.NowPs + TimingTable.HealthPs);
        Enter(FirmwareState.Ready);
        _toe?.Start();
    }

    private void Beat()
    {
        Write(Block.Health, Read(Block.Health) + 1);
        _health.ArmAt(_scheduler.NowPs + TimingTable.HealthPs);
    }

    private void Serve()
    {
        uint command = Read(Block.MailboxCommand);
        if (Block.Pending.Extract(command) == 0)
        {
            return;
        }

        // The request is copied before it is checked: the driver may still write its area.
        Span<byte> copy = stackalloc byte[MailboxBlock.AreaLength];
        _bus.Window((int)InternalWindow.MailboxRequest).CopyTo(copy);
        ReadOnlySpan<byte> request = copy[..(int)Block.RequestLength.Extract(command)];
        Outcome outcome = _commands.Run((MailboxOpcode)Block.Opcode.Extract(command), request, _bus.Window((int)InternalWindow.MailboxReply));
        Write(Block.MailboxHandle, (uint)outcome.Handle);
        _bus.Write(Block.MailboxHandle.Offset + 4, (uint)(outcome.Handle >> 32));
        Write(Block.MailboxFinish, Block.FinishStatus.Insert(Block.ReplyLength.Insert(0, (uint)outcome.ReplyLength), (uint)outcome.Status));
    }

    private void Enter(FirmwareState state)
    {
        _state = state;
        Write(Block.FirmwareState, (uint)state);
    }

    private uint Read(Spec.Registers.Register register) => _bus.Read(register.Offset);

    private void Write(Spec.Registers.Register register, uint value) => _bus.Write(register.Offset, value);
}
