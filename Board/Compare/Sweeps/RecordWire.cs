using NicEmu.Driver.Crypto;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>
/// A wire that ends in a judge: it opens every record of every stream with .NET's cryptography, compares its content, and compares what is repeated
/// with what was sent first.
/// </summary>
/// <param name="content">The content of every record, from its beginning.</param>
internal sealed class RecordWire(byte[] content) : ILink, IDisposable
{
    private const int PortOffset = 14 + 20;

    private readonly Dictionary<ushort, RecordStream> _streams = [];
    private readonly byte[] _frame = new byte[ushort.MaxValue];

    /// <inheritdoc/>
    public bool IsUp => true;

    /// <summary>What was wrong first; null when nothing was.</summary>
    public string? Failure => _streams.Values.Select(static s => s.Failure).FirstOrDefault(static f => f is not null);

    /// <summary>Records opened.</summary>
    public long Records => _streams.Values.Sum(static s => s.Records);

    /// <summary>Expects a stream.</summary>
    /// <param name="port">Its TCP source port.</param>
    /// <param name="info">Its key; TLS 1.2 with AES-GCM.</param>
    /// <param name="start">TCP sequence number of the first record.</param>
    /// <param name="historyBytes">How far back is compared, a power of two.</param>
    public void Add(ushort port, TlsCryptoInfo info, uint start, int historyBytes) => _streams.Add(port, new RecordStream(info, start, historyBytes, content));

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        headers.CopyTo(_frame);
        payload.CopyTo(_frame.AsSpan(headers.Length));
        ReadOnlySpan<byte> tcp = _frame.AsSpan(PortOffset, headers.Length + payload.Length - PortOffset);
        if (_streams.TryGetValue((ushort)((tcp[0] << 8) | tcp[1]), out RecordStream? stream))
        {
            uint sequence = ((uint)tcp[4] << 24) | ((uint)tcp[5] << 16) | ((uint)tcp[6] << 8) | tcp[7];
            stream.Take(sequence, tcp[((tcp[12] >> 4) * 4)..]);
        }
    }

    /// <summary>Nothing ever arrives; the handler is never called.</summary>
    public void OnReceived(FrameHandler? handler)
    {
    }

    /// <summary>The wire is always up; the observer is never called.</summary>
    public void OnStateChanged(Action<bool>? handler)
    {
    }

    public void Dispose()
    {
        foreach (RecordStream stream in _streams.Values) stream.Dispose();
    }
}
