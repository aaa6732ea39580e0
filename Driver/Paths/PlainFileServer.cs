using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;

namespace NicEmu.Driver.Paths;

/// <summary>sendfile() without TLS: the card reads the pages of the file itself, and nothing is copied.</summary>
/// <param name="environment">The host.</param>
/// <param name="socket">The connection.</param>
public sealed class PlainFileServer(ServeEnvironment environment, IStreamSocket socket) : FileServer(environment, socket), IPieceOwner
{
    private readonly Queue<Part> _parts = new();
    private int _reserved;
    private int _offset;

    /// <inheritdoc/>
    public void Released(DmaPiece piece) => File.Release(piece.Address);

    /// <inheritdoc/>
    protected override bool Step()
    {
        while (_parts.TryPeek(out Part? part) && part.IsReady)
        {
            DmaPiece[] pieces = PiecesOf(part.Offset, part.Length);
            File.Retain(part.Offset, part.Length);
            Filter(pieces);
            if (!Socket.TrySend(pieces, this)) throw new InvalidOperationException("Room that was reserved is gone.");
            _parts.Dequeue();
            _reserved -= part.Length;
        }

        if (_offset < File.Length && IsWorthACall(File.Length - _offset)) SendFile();
        return _offset == File.Length && _parts.Count == 0;
    }

    /// <summary>A program is woken when half of its buffer is free, or all that is left fits.</summary>
    private bool IsWorthACall(int rest) => Socket.Free - _reserved >= Math.Min(rest, Socket.Capacity / 2);

    /// <summary>One call: takes as much as there is room for, whether it is in memory or not, and returns.</summary>
    private void SendFile()
    {
        Meter.Count(MemoryEvent.Syscalls);
        int room = Math.Min(Socket.Free - _reserved, File.Length - _offset);
        while (room > 0)
        {
            var part = new Part(_offset, Math.Min(Environment.RecordPayload, room));
            (_offset, _reserved, room) = (_offset + part.Length, _reserved + part.Length, room - part.Length);
            _parts.Enqueue(part);
            File.Request(part.Offset, part.Length, () =>
            {
                part.IsReady = true;
                Continue();
            });
        }
    }

    private sealed class Part(int offset, int length)
    {
        public int Offset => offset;

        public int Length => length;

        public bool IsReady { get; set; }
    }
}
