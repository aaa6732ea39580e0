using System.Buffers.Binary;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.ResyncCost;

/// <summary>
/// A sender as the formulas see it: new data in bursts of two segments, each burst one request; every segment lost with one probability, also when it
/// is sent again; what is lost is sent again by itself, a window later. It drives the driver's session, and keeps the list of what was sent.
/// </summary>
internal sealed class ScriptedSender : IStreamWriter, ITlsPoster, IDisposable
{
    private const uint Start = 0xF000_0000;
    private const ulong Handle = 1;

    private readonly ScriptedRun _run;
    private readonly Random _random;
    private readonly KtlsTxSession _session;
    private readonly ResyncCostModel _model;
    private readonly Queue<(long From, long To, long Due)> _lost = new();
    private readonly SortedSet<long> _outstanding = [];
    private readonly byte[] _content = new byte[16384];
    private readonly byte[] _payload;
    private readonly byte[] _headers = new byte[54];
    private readonly int _recordLength;
    private long _written;
    private long _next;
    private long _postedCost;

    public ScriptedSender(ScriptedRun run)
    {
        (_run, _random) = (run, new Random(run.Seed));
        TlsCryptoInfo info = KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        _session = new(info, this, Handle, Counters, new() { Strategy = run.Strategy, Update = (_, _, done) => done(true) });
        _recordLength = 5 + run.RecordPayload + 1 + 16;
        _model = new(run.Strategy, 5);
        _payload = new byte[2 * run.Mss];
        _headers[12] = 0x08;
        _headers[14] = 0x45;
        _headers[46] = 0x50;
    }

    public KtlsCounters Counters { get; } = new();

    public ResyncCostModel Model => _model;

    public long Retransmissions { get; private set; }

    /// <summary>Bytes of the stream, sent once.</summary>
    public long NewBytes => _next;

    public long BytesAgain { get; private set; }

    /// <summary>Bytes posted to be read and not sent.</summary>
    public long PostedCost => _postedCost;

    /// <summary>Length of a record on the wire.</summary>
    public int RecordLength => _recordLength;

    public uint Sequence => Start + (uint)_written;

    public int Free => int.MaxValue;

    public int Capacity => int.MaxValue;

    /// <summary>Sends until enough was sent again.</summary>
    public void Run()
    {
        while (Retransmissions < _run.Retransmissions)
        {
            while (_lost.TryPeek(out (long From, long To, long Due) lost) && lost.Due <= _next)
            {
                _lost.Dequeue();
                Retransmissions++;
                BytesAgain += lost.To - lost.From;
                Transmit(lost.From, lost.To);
                _outstanding.Remove(lost.From);
                Decide(lost.From, lost.To);
            }

            Transmit(_next, _next + (2 * _run.Mss));
            Decide(_next, _next + _run.Mss);
            Decide(_next + _run.Mss, _next + (2 * _run.Mss));
            _next += 2 * _run.Mss;
            _session.OnAcknowledged(Start + (uint)(_outstanding.Count > 0 ? _outstanding.Min : _next));
        }
    }

    public void Write(ReadOnlySpan<byte> bytes) => _written += bytes.Length;

    public bool HasSpace(int descriptors, int bytes) => true;

    public int DescriptorsFor(int payloadLength, int pieces = 1) => 1;

    public void PostPosition(in PositionDescriptor position)
    {
    }

    public void PostSetContext(in SetContextDescriptor context)
    {
    }

    public void PostSetProgress(in SetProgressDescriptor progress)
    {
    }

    public void PostFence()
    {
    }

    public void PostRange(in RangeDescriptor range) => _postedCost += range.Skip;

    public void PostReplay(ulong handle, TxBytes plaintext) => _postedCost += plaintext.Length;

    public void PostData(in TxFrame frame)
    {
    }

    public void Dispose() => _session.Dispose();

    private void Decide(long from, long to)
    {
        if (_random.NextDouble() >= _run.Loss) return;
        _lost.Enqueue((from, to, _next + _run.WindowBytes));
        _outstanding.Add(from);
    }

    private void Transmit(long from, long to)
    {
        while (_written < to) _session.Send(TlsContentType.ApplicationData, _content.AsSpan(0, _run.RecordPayload), _run.RecordPayload);
        uint sequence = Start + (uint)from;
        BinaryPrimitives.WriteUInt32BigEndian(_headers.AsSpan(38), sequence);
        var segment = new TxSegment { Headers = _headers, Payload = _payload.AsSpan(0, (int)(to - from)), Sequence = sequence, Mss = _run.Mss };
        Assert.That(_session.Transmit(segment, this), Is.EqualTo(TxVerdict.Posted));
        _model.Send(from, to, RecordOf);
    }

    private (long Start, long End) RecordOf(long offset)
    {
        long start = offset / _recordLength * _recordLength;
        return (start, start + _recordLength);
    }
}
