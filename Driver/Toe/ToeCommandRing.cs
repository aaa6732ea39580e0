using System.Runtime.InteropServices;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Toe;

/// <summary>The command ring of the TCP offload engine with its completion ring, and a list of pieces for every command that may wait in the card.</summary>
internal sealed class ToeCommandRing : IDisposable
{
    private const int EntryBytes = 64;
    private const int ListBytes = ToeDevice.MaxPieces * 16;

    private readonly NicRegisters _registers;
    private readonly DmaBuffer _ring;
    private readonly DmaBuffer _lists;
    private readonly PhaseRing _completions;
    private readonly Action<ToeCompletion>?[] _pending;
    private readonly Stack<int> _free = new();
    private readonly Queue<(ToeCommand Command, DmaPiece[] Pieces, Action<ToeCompletion> Done)> _waiting = new();
    private uint _tail;
    private bool _isClosed;

    public ToeCommandRing(NicRegisters registers, IDeviceBus bus, int log2)
    {
        _registers = registers;
        _ring = bus.AllocateDma(EntryBytes << log2);
        _lists = bus.AllocateDma(ListBytes << log2);
        _completions = new(bus.AllocateDma(EntryBytes << log2), log2, EntryBytes);
        _pending = new Action<ToeCompletion>?[1 << log2];
        for (int i = _pending.Length - 1; i >= 0; i--) _free.Push(i);
    }

    private static ToeBlock Map => NativeMap.Toe;

    /// <summary>Enables the engine.</summary>
    /// <returns>Whether it runs.</returns>
    public bool Enable(int vector)
    {
        _registers.Write64(Map, Map.Base, _ring.BusAddress);
        _registers.Write(Map, Map.RingSize, Map.SizeLog2.Insert(0, (uint)_completions.SizeLog2));
        _registers.Write64(Map, Map.CompletionBase, _completions.Memory.BusAddress);
        _registers.Write(Map, Map.CompletionSize, Map.CompletionSizeLog2.Insert(0, (uint)_completions.SizeLog2));
        _registers.Write(Map, Map.Vector, Map.VectorNumber.Insert(0, (uint)vector));
        _registers.Write(Map, Map.Control, Map.Enable.Mask);
        bool runs = Map.Enabled.Extract(_registers.Read(Map, Map.Status)) != 0;
        if (runs) _registers.Write(Map, Map.Arm, 0);
        return runs;
    }

    /// <summary>Posts a command, or keeps it until another one ends.</summary>
    /// <param name="command">The command; cookie and list are filled in.</param>
    /// <param name="pieces">Memory that it names; at most 64 pieces.</param>
    /// <param name="done">Receives its completion; Closed when the engine went out of use.</param>
    public void Submit(in ToeCommand command, ReadOnlySpan<DmaPiece> pieces, Action<ToeCompletion> done)
    {
        if (_isClosed)
        {
            done(new() { Status = ToeStatus.Closed, Opcode = command.Opcode, Handle = command.Handle });
            return;
        }

        if (_free.Count == 0) _waiting.Enqueue((command, pieces.ToArray(), done));
        else Post(command, pieces, done);
    }

    /// <summary>Takes completions.</summary>
    public void Reap()
    {
        if (_isClosed) return;
        for (int budget = 1 << _completions.SizeLog2; budget > 0 && !_isClosed && _completions.TryPeek(out ReadOnlySpan<byte> bytes); budget--)
        {
            ToeCompletion completion = MemoryMarshal.Read<ToeCompletion>(bytes);
            _completions.Advance();
            // The card is trusted as far as its own memory goes: a cookie that nobody gave is passed over.
            if (completion.Cookie >= _pending.Length || _pending[completion.Cookie] is not { } done) continue;
            _pending[completion.Cookie] = null;
            _free.Push((int)completion.Cookie);
            done(completion);
        }

        if (_isClosed) return;
        _registers.Write(Map, Map.Consumer, _completions.Consumer);
        while (_free.Count > 0 && _waiting.TryDequeue(out (ToeCommand Command, DmaPiece[] Pieces, Action<ToeCompletion> Done) next)) Post(next.Command, next.Pieces, next.Done);
        _registers.Write(Map, Map.Arm, _completions.Consumer);
    }

    /// <summary>Disables the engine, if the card is there.</summary>
    public void Disable() => _registers.Write(Map, Map.Control, Map.Reset.Mask);

    /// <summary>Ends every command; the memory is freed.</summary>
    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        _ring.Dispose();
        _lists.Dispose();
        _completions.Memory.Dispose();
        for (int i = 0; i < _pending.Length; i++)
        {
            Action<ToeCompletion>? done = _pending[i];
            _pending[i] = null;
            done?.Invoke(new() { Status = ToeStatus.Closed });
        }

        while (_waiting.TryDequeue(out (ToeCommand Command, DmaPiece[] Pieces, Action<ToeCompletion> Done) next)) next.Done(new() { Status = ToeStatus.Closed });
    }

    private void Post(in ToeCommand command, ReadOnlySpan<DmaPiece> pieces, Action<ToeCompletion> done)
    {
        int slot = _free.Pop();
        _pending[slot] = done;
        ToeCommand posted = command with { Cookie = (uint)slot };
        if (!pieces.IsEmpty)
        {
            Span<ToePiece> list = MemoryMarshal.Cast<byte, ToePiece>(_lists.Span.Slice(slot * ListBytes, ListBytes));
            for (int i = 0; i < pieces.Length; i++) list[i] = new() { Address = pieces[i].Address, Length = (uint)pieces[i].Length };
            posted = posted with { Body16 = _lists.BusAddress + (ulong)(slot * ListBytes), Body24 = posted.Body24 | (uint)pieces.Length };
        }

        MemoryMarshal.Write(_ring.Span[((int)(_tail & ((1u << _completions.SizeLog2) - 1)) * EntryBytes)..], posted);
        _registers.Write(Map, Map.Tail, ++_tail);
    }
}
