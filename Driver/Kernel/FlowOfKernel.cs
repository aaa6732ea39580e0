using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Net;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Kernel;

/// <summary>A socket of ours as a conformance suite sees it.</summary>
internal sealed class FlowOfKernel : IFlowUnderTest
{
    private readonly HostSocket _socket;
    private readonly IReadOnlyList<PageCacheFile> _files;
    private readonly Queue<ReceivedRecord> _received = new();
    private bool _ended;

    public FlowOfKernel(HostSocket socket, IReadOnlyList<PageCacheFile> files)
    {
        (_socket, _files) = (socket, files);
        socket.EndOfStream = () => _ended = true;
        socket.Readable = ReadPlain;
        socket.Record = Take;
    }

    public FlowState State => _socket.Connection.State switch
    {
        TcpState.SynSent or TcpState.SynReceived => FlowState.Opening,
        TcpState.Established => FlowState.Open,
        TcpState.Closed or TcpState.TimeWait => FlowState.Closed,
        _ => FlowState.Closing,
    };

    public FlowPlace TxPlace => PlaceOf(_socket.TxState);

    public FlowPlace RxPlace => PlaceOf(_socket.RxState);

    public DriverError TxError => ErrorOf(_socket.TxError);

    public DriverError RxError => ErrorOf(_socket.RxError);

    public bool IsEndOfStream => _ended;

    public DriverError SetTx(FlowKeys keys)
    {
        TlsCryptoInfo info = InfoOf(keys);
        return Try(() =>
        {
            if (_socket.TxState == KtlsState.None) _socket.SetTlsTx(info);
            else _socket.UpdateTlsTx(info);
        });
    }

    public DriverError SetRx(FlowKeys keys)
    {
        TlsCryptoInfo info = InfoOf(keys);
        return Try(() =>
        {
            if (_socket.RxState == KtlsState.None) _socket.SetTlsRx(info);
            else _socket.UpdateTlsRx(info);
        });
    }

    public DriverError SetRecordLimit(int bytes) => Try(() => _socket.MaxRecordPayload = bytes);

    public DriverResult Send(ReadOnlySpan<byte> data, SendFlags flags = SendFlags.None) => SendRecord((byte)TlsContentType.ApplicationData, data, flags);

    public DriverResult SendRecord(byte type, ReadOnlySpan<byte> content, SendFlags flags = SendFlags.None)
    {
        try
        {
            return Outcome(_socket.Send((TlsContentType)type, content, flags), content.Length);
        }
        catch (KtlsException refusal)
        {
            return new(ErrorOf(refusal.Error), 0);
        }
    }

    public DriverResult SendFile(int file, int offset, int length, bool zeroCopy) => Outcome(_socket.SendFile(_files[file], offset, length, zeroCopy), length);

    public bool TryReceive(out ReceivedRecord? record) => _received.TryDequeue(out record);

    public void SetReading(bool reading) => _socket.Record = reading ? Take : null;

    public void Close() => _socket.Close();

    public void Abort() => _socket.Abort();

    private void Take(TlsContentType type, ReadOnlySpan<byte> content) => _received.Enqueue(new ReceivedRecord((byte)type, content.ToArray()));

    private void ReadPlain()
    {
        Span<byte> bytes = stackalloc byte[4096];
        int count;
        while ((count = _socket.Read(bytes)) > 0) _received.Enqueue(new ReceivedRecord(0, bytes[..count].ToArray()));
    }

    private static TlsCryptoInfo InfoOf(FlowKeys keys) => new(keys.Version, keys.Cipher, keys.Key.Span, keys.Iv.Span, keys.RecordNumber);

    private DriverResult Outcome(int taken, int wanted)
    {
        if (taken > 0 || wanted == 0) return new(DriverError.None, taken);
        return new(TxError != DriverError.None ? TxError : State == FlowState.Closed ? DriverError.NotConnected : DriverError.TryAgain, 0);
    }

    private static DriverError Try(Action call)
    {
        try
        {
            call();
            return DriverError.None;
        }
        catch (KtlsException refusal)
        {
            return ErrorOf(refusal.Error);
        }
    }

    private static FlowPlace PlaceOf(KtlsState state) => state switch
    {
        KtlsState.None => FlowPlace.None,
        KtlsState.Installing => FlowPlace.Installing,
        KtlsState.Device => FlowPlace.Device,
        _ => FlowPlace.Software,
    };

    private static DriverError ErrorOf(KtlsError error) => error switch
    {
        KtlsError.None => DriverError.None,
        KtlsError.MessageTooLong => DriverError.MessageTooLong,
        KtlsError.InvalidHeader => DriverError.InvalidArgument,
        KtlsError.KeyExpired => DriverError.KeyExpired,
        KtlsError.Busy => DriverError.Busy,
        KtlsError.InvalidArgument => DriverError.InvalidArgument,
        KtlsError.NotSupported => DriverError.NotSupported,
        KtlsError.NotConnected => DriverError.NotConnected,
        KtlsError.TryAgain => DriverError.TryAgain,
        _ => DriverError.BadMessage,
    };
}
