using NicEmu.Board.Time;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>A machine whose card sends what a script orders, onto a wire that opens every record.</summary>
internal sealed class CardRig : INicClient, IDisposable
{
    private const long BringUpPs = 10_000_000_000_000;
    private const long DrainPs = 1_000_000_000_000;
    private const int Headers = 14 + 20 + 20;

    private readonly EventLoop _loop = new();
    private readonly NicBoard _board;
    private readonly NicDriver _nic;
    private readonly List<OrderedTlsSender> _senders = [];
    private readonly CancellationToken _cancellation;
    private string? _failure;

    /// <summary>Brings a machine up.</summary>
    /// <param name="options">How its card is built.</param>
    /// <param name="content">The content of every record, from its beginning.</param>
    /// <param name="cancellation">Checked while the rig waits.</param>
    public CardRig(NicBoardOptions options, byte[] content, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        Wire = new RecordWire(content);
        _board = new NicBoard(_loop, Wire, options);
        _nic = new NicDriver(_board.Bus, _loop, this, new NicOptions { Mtu = 9000, TxRingLog2 = 12, TxArenaBytes = 1 << 22, HealthCheckPs = 0 });
        _nic.Start();
        Wait(() => _nic.State == NicState.Running && _nic.LinkUp, "The card did not come up.", BringUpPs);
    }

    /// <summary>What the card's frames reach.</summary>
    public RecordWire Wire { get; }

    /// <summary>The machine.</summary>
    public NicBoard Board => _board;

    /// <summary>Bytes that the card read to make bytes that it did not send then.</summary>
    public long ExtraBytes => (long)(Counter(NativeMap.Statistics.TxTlsReplayBytes) + Counter(NativeMap.Statistics.TxTlsWasteBytes));

    /// <summary>Opens a TLS 1.2 connection with AES-128-GCM: sixteen key bytes, and records that carry eight bytes of their nonce.</summary>
    /// <param name="strategy">What is done about segments out of order.</param>
    /// <param name="random">Makes the key.</param>
    /// <param name="historyBytes">How far back the wire compares what is repeated, a power of two.</param>
    public OrderedTlsSender Open(TxStrategy strategy, SeededRandom random, int historyBytes)
    {
        var secret = new byte[28];
        random.Fill(secret);
        var info = new TlsCryptoInfo(TlsVersion.Tls12, TlsCipher.Aes128Gcm, secret.AsSpan(0, 16), secret.AsSpan(16), 0);
        ushort port = (ushort)(10_000 + _senders.Count);
        uint start = (uint)random.NextUInt64();
        Wire.Add(port, info, start, historyBytes);
        var sender = new OrderedTlsSender(_nic, info, strategy, HeadersOf(port, start));
        _senders.Add(sender);
        bool? taken = null;
        sender.Install(ok => taken = ok);
        Wait(() => taken is not null, "The card did not answer.", DrainPs);
        if (taken != true) throw new SweepFailedException("The card did not take the connection.");
        return sender;
    }

    /// <summary>A 64-bit statistic of the card, read as a driver does.</summary>
    public ulong Counter(Register lowHalf) => _nic.ReadCounter(lowHalf);

    /// <summary>Waits until the card has done everything.</summary>
    /// <param name="sender">The last one that gave it something.</param>
    public void Drain(OrderedTlsSender sender) => Wait(() => sender.IsDrained, "The card does not get on.", DrainPs);

    /// <summary>Judges the end: every record that was sent has been opened, and nobody broke a rule.</summary>
    public void Finish()
    {
        foreach (OrderedTlsSender sender in _senders) Drain(sender);
        _failure ??= Wire.Failure;
        if (_failure is null && _board.Trace.GuestErrors > 0) _failure = $"The card reported {_board.Trace.GuestErrors} mistakes of its driver.";
        if (_failure is not null) throw new SweepFailedException(_failure);
    }

    public void Dispose()
    {
        foreach (OrderedTlsSender sender in _senders) sender.Dispose();
        _nic.Dispose();
        Wire.Dispose();
    }

    void INicClient.OnTxFailure(int queue, in TxFailure failure) => _failure ??= $"The card refused a descriptor: {failure.Status}.";

    void INicClient.OnFailed(NicError error) => _failure ??= $"The card went out of use: {error}.";

    private void Wait(Func<bool> condition, string otherwise, long limitPs)
    {
        bool held = _loop.RunUntil(() => condition() || _failure is not null, limitPs, _cancellation);
        _failure ??= held ? null : otherwise;
        if (_failure is not null) throw new SweepFailedException(_failure);
    }

    private static byte[] HeadersOf(ushort port, uint sequence)
    {
        var headers = new byte[Headers];
        byte[] ethernet = [0x02, 0x4E, 0x1D, 0, 0, 0xFF, 0x02, 0x4E, 0x1D, 0, 0, 1, 0x08, 0x00];
        byte[] ip = [0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 77, 0, 2, 10, 77, 0, 1];
        byte[] tcp =
        [
            (byte)(port >> 8), (byte)port, 0x11, 0x51, (byte)(sequence >> 24), (byte)(sequence >> 16), (byte)(sequence >> 8), (byte)sequence,
            0, 0, 0, 0, 0x50, 0x10, 0xFF, 0xFF, 0, 0, 0, 0,
        ];
        ethernet.CopyTo(headers, 0);
        ip.CopyTo(headers, 14);
        tcp.CopyTo(headers, 34);
        return headers;
    }
}
