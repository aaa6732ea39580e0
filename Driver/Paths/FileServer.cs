using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;

namespace NicEmu.Driver.Paths;

/// <summary>Serves one file over one connection, on one of the data paths. Nothing blocks; it goes on from callbacks on the host's loop.</summary>
public abstract class FileServer
{
    private bool _running;
    private bool _again;

    /// <summary>Prepares; nothing is read yet.</summary>
    /// <param name="environment">The host.</param>
    /// <param name="socket">The connection, its handshake done.</param>
    protected FileServer(ServeEnvironment environment, IStreamSocket socket)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(socket);
        (Environment, Socket) = (environment, socket);
    }

    /// <summary>Whether everything was given to the socket, the end of the stream included.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The host.</summary>
    protected ServeEnvironment Environment { get; }

    /// <summary>The connection.</summary>
    protected IStreamSocket Socket { get; }

    /// <summary>Counts.</summary>
    protected MemoryMeter Meter => Environment.Meter;

    /// <summary>The file.</summary>
    protected CachedFile File => Environment.File;

    /// <summary>Begins.</summary>
    public void Start()
    {
        Socket.Writable = Continue;
        Continue();
    }

    /// <summary>Goes on as far as it can.</summary>
    /// <returns>Whether all is done.</returns>
    protected abstract bool Step();

    /// <summary>What stood in the way is gone.</summary>
    protected void Continue()
    {
        // A callback may come from within a step: it must not start another.
        _again = true;
        if (_running) return;
        _running = true;
        while (_again && !IsDone)
        {
            _again = false;
            if (!Step()) continue;
            IsDone = true;
            Socket.Writable = null;
            Socket.Close();
        }

        _running = false;
    }

    /// <summary>Shows the filter what enters the socket.</summary>
    /// <param name="pieces">Where it lies.</param>
    protected void Filter(ReadOnlySpan<DmaPiece> pieces) => Environment.Filter?.OnSend(pieces, Meter);

    /// <summary>Pieces that a part of the file lies in, one for each page.</summary>
    /// <param name="offset">First byte; resident.</param>
    /// <param name="length">Bytes.</param>
    protected DmaPiece[] PiecesOf(int offset, int length)
    {
        var pieces = new DmaPiece[((offset + length - 1) / PagePool.PageBytes) - (offset / PagePool.PageBytes) + 1];
        for (int i = 0; i < pieces.Length; i++)
        {
            ulong address = File.AddressOf(offset, out int there);
            pieces[i] = new(address, Math.Min(there, length));
            (offset, length) = (offset + pieces[i].Length, length - pieces[i].Length);
        }

        return pieces;
    }
}
