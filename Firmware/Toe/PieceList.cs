using System.Runtime.InteropServices;
using NicEmu.Spec.Native.Toe;

namespace NicEmu.Firmware.Toe;

/// <summary>The host memory of one SEND or RECEIVE, and how much of it has been used.</summary>
/// <param name="program">The program.</param>
/// <param name="memory">Where the connection's part of card memory begins.</param>
/// <param name="listOffset">Where the list lies there.</param>
internal sealed class PieceList(ToeProgram program, int memory, int listOffset)
{
    private readonly ToePiece[] _pieces = new ToePiece[ToeDevice.MaxPieces];
    private int _count;
    private int _at;
    private uint _used;

    /// <summary>Bytes of all pieces.</summary>
    public int Total { get; private set; }

    /// <summary>Has the list read.</summary>
    /// <param name="command">The command.</param>
    /// <param name="ended">Runs when it was read.</param>
    public void Fetch(in ToeTransferCommand command, Action<HostEntry> ended)
    {
        _count = (int)command.PieceCount;
        program.Host.Submit(new HostEntry { Address = command.ListAddress, CardOffset = (uint)(memory + listOffset), Length = command.PieceCount * 16, IsList = 1 }, ended);
    }

    /// <summary>Checks the list that was read.</summary>
    /// <returns>False when a piece is empty or too long, or reserved bytes are set.</returns>
    public bool TryParse()
    {
        (_at, _used) = (0, 0);
        MemoryMarshal.Cast<byte, ToePiece>(program.Memory.Slice(memory + listOffset, _count * 16)).CopyTo(_pieces);
        ulong total = 0;
        bool good = true;
        foreach (ToePiece piece in _pieces.AsSpan(0, _count))
        {
            total += piece.Length;
            good &= piece.Length > 0 && piece.Reserved12 == 0;
        }

        Total = (int)Math.Min(total, ToeDevice.MaxTransferBytes);
        return good && total <= ToeDevice.MaxTransferBytes;
    }

    /// <summary>Moves the next bytes between host memory and card memory.</summary>
    /// <param name="offset">Where they lie in the connection's part of card memory.</param>
    /// <param name="length">How many; at most what is left.</param>
    /// <param name="toHost">Direction.</param>
    /// <param name="ended">Runs for every piece.</param>
    /// <returns>How often that will be.</returns>
    public int Move(int offset, int length, bool toHost, Action<HostEntry> ended)
    {
        int jobs = 0;
        for (int left = length; left > 0; jobs++)
        {
            ToePiece piece = _pieces[_at];
            int run = (int)Math.Min((uint)left, piece.Length - _used);
            var job = new HostEntry { Address = piece.Address + _used, CardOffset = (uint)(memory + offset + length - left), Length = (uint)run, Write = toHost ? 1u : 0 };
            program.Host.Submit(job, ended);
            left -= run;
            _used += (uint)run;
            if (_used == piece.Length)
            {
                (_at, _used) = (_at + 1, 0);
            }
        }

        return jobs;
    }
}
