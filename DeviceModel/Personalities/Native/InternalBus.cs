using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Personalities.Native.Toe;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Core;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>What the embedded core sees: the internal registers, windows of card memory, and the lines that are raised towards it.</summary>
internal sealed class InternalBus : IInternalBus
{
    private const ushort Mark = 0x4942;
    private const int ScratchBytes = 4096;

    private readonly NativeRegisters _registers;
    private readonly NicCore _core;
    private readonly ObjectUnit _objects;
    private readonly ObjectDirectory _directory;
    private readonly Action<FirmwareState> _stateChanged;
    private readonly byte[] _scratch = new byte[ScratchBytes];
    private IEmbeddedCore? _program;

    public InternalBus(NativeRegisters registers, NicCore core, ObjectUnit objects, ObjectDirectory directory, Action<FirmwareState> stateChanged)
    {
        _registers = registers;
        _core = core;
        _objects = objects;
        _directory = directory;
        _stateChanged = stateChanged;
        InternalBlock block = NativeMap.Internal;
        registers.Internal.OnWrite(block.FirmwareState, OnState);
        registers.Internal.OnWrite(block.Health, (_, _, after) => registers.Firmware[NativeMap.Firmware.HealthCount] = after);
        registers.Internal.OnWrite(block.FirmwareVersion, (_, _, after) => registers.Firmware[NativeMap.Firmware.Version] = after);
        registers.Internal.OnWrite(block.ObjectControl, OnObject);
        registers.Internal.OnWrite(block.Link, (_, _, after) => core.SetLinkAdmin(block.LinkAdmin.Extract(after) != 0));
        registers.Internal.BeforeRead = Refresh;
    }

    /// <summary>The TCP offload engine; null for a card without one.</summary>
    public ToeUnit? Toe { get; set; }

    /// <inheritdoc/>
    public uint Read(uint offset) => offset % 4 != 0 ? uint.MaxValue
        : offset < ToeInternalBlock.Offset ? _registers.Internal.Read(offset)
        : IsToe(offset) ? _registers.ToeInternal.Read(offset - ToeInternalBlock.Offset)
        : uint.MaxValue;

    /// <inheritdoc/>
    public void Write(uint offset, uint value)
    {
        if (offset % 4 != 0)
        {
            return;
        }

        if (offset < ToeInternalBlock.Offset)
        {
            _registers.Internal.Write(offset, value);
        }
        else if (IsToe(offset))
        {
            _registers.ToeInternal.Write(offset - ToeInternalBlock.Offset, value);
        }
    }

    /// <inheritdoc/>
    public Span<byte> Window(int id) => (InternalWindow)id switch
    {
        InternalWindow.MailboxRequest => _registers.Request.Span,
        InternalWindow.MailboxReply => _registers.Reply.Span,
        InternalWindow.Scratch => _scratch,
        _ => Toe is { } toe ? toe.Window((InternalWindow)id) : default,
    };

    /// <inheritdoc/>
    public void Attach(IEmbeddedCore? core)
    {
        _program = core;
        SetState(FirmwareState.Absent);
        core?.Restart();
    }

    /// <summary>Raises a line.</summary>
    /// <param name="line">The line.</param>
    public void Notify(InternalLine line) => _program?.Notify((int)line);

    /// <summary>Releases the core from reset: the program begins anew; the tables of the hardware stay.</summary>
    public void RestartProgram()
    {
        SetState(FirmwareState.Absent);
        _program?.Restart();
    }

    /// <summary>The function was reset: card memory and tables are empty.</summary>
    public void Reset()
    {
        _scratch.AsSpan().Clear();
        _directory.Clear();
    }

    /// <summary>Saves card memory and the program.</summary>
    /// <param name="state">Receives them.</param>
    public void Save(StateWriter state)
    {
        state.Part(Mark, 1);
        state.Bytes(_scratch);
        state.Bool(_program is not null);
        if (_program is not null)
        {
            state.Bytes(_program.Save());
        }
    }

    /// <summary>Puts card memory and program back.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    /// <exception cref="ArgumentException">The saved device has a program and this one has none, or the other way round.</exception>
    public void Restore(ref StateReader state)
    {
        state.Part(Mark, 1);
        ReadOnlySpan<byte> scratch = state.Bytes();
        if (scratch.Length != ScratchBytes || state.Bool() != _program is not null)
        {
            throw new ArgumentException("The saved device differs in its card memory or its firmware.");
        }

        scratch.CopyTo(_scratch);
        _program?.Restore(state.Bytes());
    }

    /// <summary>Adds card memory and program to an inspection tree.</summary>
    /// <param name="parent">Receives one node.</param>
    public void Inspect(InspectNode parent)
    {
        InspectNode node = parent.Add("INTERNAL");
        node.AddSecret("SCRATCH", _scratch);
        node.Add("PROGRAM", _program is not null);
    }

    private bool IsToe(uint offset) => Toe is not null && offset - ToeInternalBlock.Offset < NativeMap.ToeInternal.Size;

    private void OnState(int instance, uint before, uint after)
    {
        InternalBlock block = NativeMap.Internal;
        _registers.Firmware[NativeMap.Firmware.ErrorCode] = block.ErrorCode.Extract(after);
        var old = (FirmwareState)_registers.Firmware[NativeMap.Firmware.State];
        var now = (FirmwareState)block.State.Extract(after);
        _registers.Firmware[NativeMap.Firmware.State] = (uint)now;
        _registers.Device[NativeMap.Device.FirmwareReady] = now == FirmwareState.Ready ? 1u : 0u;
        if (now != old)
        {
            _stateChanged(now);
        }
    }

    private void SetState(FirmwareState state) => Write(NativeMap.Internal.FirmwareState.Offset, (uint)state);

    private void OnObject(int instance, uint before, uint after)
    {
        InternalBlock block = NativeMap.Internal;
        if (block.ObjectGo.Extract(after) == 0)
        {
            return;
        }

        _registers.Internal[block.ObjectGo] = 0;
        MailboxStatus status = _objects.Execute(
            (MailboxOpcode)block.ObjectOpcode.Extract(after),
            _scratch.AsSpan(InternalBlock.ImageOffset, InternalBlock.ImageLength),
            _scratch.AsSpan(InternalBlock.ResultOffset, 64),
            out ulong made);
        _registers.Internal.SetPair(block.ObjectReply, made);
        _registers.Internal[block.ObjectStatus] = (uint)status;
    }

    private void Refresh()
    {
        InternalBlock block = NativeMap.Internal;
        _registers.Internal[block.Epoch] = _core.Epoch;
        _registers.Internal[block.EpochExhausted] = _core.Epoch == ushort.MaxValue ? 1u : 0u;
        _registers.Internal[block.LinkUp] = _core.LinkUp ? 1u : 0u;
        _registers.Internal[block.Keys] = (uint)_directory.Count(ObjectKind.Key);
        _registers.Internal[block.TxContexts] = (uint)_directory.Count(ObjectKind.Transmit);
        _registers.Internal[block.RxContexts] = (uint)_directory.Count(ObjectKind.Receive);
        bool found = _directory.TryGet((ObjectKind)_registers.Internal[block.Kind], (int)_registers.Internal[block.Index], out ObjectDirectory.Entry entry);
        _registers.Internal[block.Valid] = found ? 1u : 0u;
        _registers.Internal[block.Active] = entry.IsActive ? 1u : 0u;
        _registers.Internal.SetPair(block.TableHandle, entry.Handle);
        _registers.Internal.SetPair(block.TableKey, entry.Key);
    }
}
