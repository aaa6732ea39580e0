using NicEmu.Driver.Kernel;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using TcpSequence = NicEmu.Spec.Tls.TcpSequence;

namespace NicEmu.Driver.Paths;

/// <summary>What a connection has received and nobody has read yet, in the buffers that the card wrote it to.</summary>
/// <param name="kernel">The host whose frames arrive.</param>
/// <param name="connection">The connection.</param>
/// <param name="memory">Loads bytes of receive buffers for the processor.</param>
internal sealed class PathReceiver(HostKernel kernel, TcpConnection connection, IDmaReader memory)
{
    private readonly List<Part> _parts = [];
    private byte[] _loaded = [];
    private uint _loadedFrom;
    private int _loadedLength;

    /// <summary>Buffers that are kept, each as often as it has parts.</summary>
    public int Count => _parts.Count;

    /// <summary>Whether bytes of the arriving frame may be kept: those that come early must not take the buffers that the missing ones need.</summary>
    public bool MayKeep(bool isEarly) => kernel.Arriving.Queue is { } queue && (!isEarly || !queue.IsShort);

    /// <summary>Keeps bytes of the arriving frame.</summary>
    public void Keep(uint sequence, int frameOffset, int length)
    {
        NicRxQueue queue = kernel.Arriving.Queue!;
        (uint buffer, ulong address) = queue.Keep();
        var part = new Part(sequence, new(address + (uint)(frameOffset - kernel.Arriving.Shift), length), queue, buffer);
        int at = _parts.Count;
        while (at > 0 && TcpSequence.IsAfter(_parts[at - 1].Sequence, sequence)) at--;
        _parts.Insert(at, part);
    }

    /// <summary>Loads bytes, each once: those that were loaded before come from the processor's hands.</summary>
    /// <param name="sequence">TCP sequence number of the first byte for the reader.</param>
    /// <param name="length">Most bytes that are wanted.</param>
    /// <returns>At least one byte, valid until the next call.</returns>
    public ReadOnlySpan<byte> Load(uint sequence, int length)
    {
        uint skip = sequence - _loadedFrom;
        if (skip >= (uint)_loadedLength)
        {
            Part part = _parts[0];
            int before = TcpSequence.Distance(part.Sequence, sequence);
            _loadedLength = Math.Min(part.Piece.Length - before, length);
            if (_loaded.Length < _loadedLength) _loaded = new byte[Math.Max(_loadedLength, 2048)];
            memory.Read(part.Piece.Address + (uint)before, _loaded.AsSpan(0, _loadedLength));
            (_loadedFrom, skip) = (sequence, 0);
        }

        return _loaded.AsSpan((int)skip, Math.Min(_loadedLength - (int)skip, length));
    }

    /// <summary>Copies what waits into the reader's hands.</summary>
    public int Read(Span<byte> destination)
    {
        int copied = 0;
        while (copied < destination.Length && connection.TryReceive(out ReceivedChunk chunk))
        {
            ReadOnlySpan<byte> bytes = Load(chunk.Sequence, Math.Min(chunk.Length, destination.Length - copied));
            bytes.CopyTo(destination[copied..]);
            copied += bytes.Length;
            connection.Consume(bytes.Length);
            OnRead();
        }

        return copied;
    }

    /// <summary>The reader has taken bytes: buffers that hold nothing more go back to the card.</summary>
    public void OnRead()
    {
        uint next = connection.ReadSequence;
        int count = 0;
        while (count < _parts.Count && !TcpSequence.IsAfter(_parts[count].End, next)) _parts[count++].Return();
        _parts.RemoveRange(0, count);
    }

    /// <summary>Nobody reads any more.</summary>
    public void Clear()
    {
        foreach (Part part in _parts) part.Return();
        _parts.Clear();
    }

    private readonly record struct Part(uint Sequence, DmaPiece Piece, NicRxQueue Queue, uint Buffer)
    {
        public uint End => Sequence + (uint)Piece.Length;

        public void Return() => Queue.Return(Buffer);
    }
}
