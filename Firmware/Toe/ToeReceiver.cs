using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using NicEmu.Net;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Tls;

namespace NicEmu.Firmware.Toe;

/// <summary>
/// The receiving direction of a connection: hands bytes of a plain stream, then whole records, to the buffers that the host gives. A record is opened only when a buffer
/// waits, and behind a record that is no application data the direction is held, because the host may change keys there.
/// </summary>
internal sealed class ToeReceiver
{
    private readonly ToeProgram _program;
    private readonly ToeConnection _connection;
    private readonly int _memory;
    private readonly PieceList _pieces;
    private readonly Queue<ToeCommand> _buffers = new();
    private readonly JobGroup _jobs;
    private Step _step;
    private ToeStatus _failure;
    private ulong _plainBytes;
    private ulong _boundary = ulong.MaxValue;
    private bool _isTls;
    private bool _isHeld;
    private ulong _context;
    private ulong _recordNumber;
    private int _have;
    private int? _content;
    private byte _contentType;
    private ulong _contentNumber;

    public ToeReceiver(ToeProgram program, ToeConnection connection, int memory)
    {
        (_program, _connection, _memory) = (program, connection, memory);
        _pieces = new PieceList(program, memory, ToeDevice.ReceiveList);
        _jobs = new JobGroup(OnJobsEnded);
    }

    private enum Step
    {
        Idle,
        List,
        Opened,
        Deliver,
        Delivered,
    }

    /// <summary>Whether an engine of the card still works for this direction.</summary>
    public bool IsBusy => _jobs.IsRunning;

    private TcpConnection Tcp => _connection.Tcp;

    private Span<byte> Record => _program.Memory.Slice(_memory + ToeDevice.ReceiveRecord, ToeDevice.ReceiveContent - ToeDevice.ReceiveRecord);

    /// <summary>Takes RECEIVE.</summary>
    /// <param name="command">The command.</param>
    public void Take(in ToeCommand command)
    {
        ToeTransferCommand receive = Unsafe.BitCast<ToeCommand, ToeTransferCommand>(command);
        if (receive.Flags > ToeCommand.Resume || receive.PieceCount is 0 or > ToeDevice.MaxPieces || receive.ContentType != 0 || receive.Reserved29 != 0 || receive.Reserved30 != 0
            || receive.Reserved32 != 0 || receive.Reserved40 != 0)
        {
            _program.Complete(command, ToeStatus.BadParameter);
        }
        else if (_buffers.Count == ToeDevice.MaxPending)
        {
            _program.Complete(command, ToeStatus.NoRoom);
        }
        else
        {
            _isHeld &= receive.Flags == 0;
            _buffers.Enqueue(command);
            Pump();
        }
    }

    /// <summary>Takes SWITCH_TLS: from the boundary on the stream holds records under the context.</summary>
    /// <param name="command">The command.</param>
    public void Switch(in ToeCommand command)
    {
        ToeSwitchCommand to = Unsafe.BitCast<ToeCommand, ToeSwitchCommand>(command);
        ToeStatus status = Check(to);
        if (status == ToeStatus.Ok)
        {
            (_context, _recordNumber) = (to.ContextHandle, to.RecordNumber);
            _boundary = to.StreamOffset == ToeSwitchCommand.NextBoundary ? _plainBytes : to.StreamOffset;
            _isHeld = false;
        }

        _program.Complete(ToeProgram.Answer(command, status) with { Number = _isTls || status != ToeStatus.Ok ? 0 : _boundary });
        Pump();
    }

    /// <summary>Ends the direction: what waits is completed with the status as soon as no engine works for it.</summary>
    /// <param name="status">Why.</param>
    public void Fail(ToeStatus status)
    {
        _failure = _failure == ToeStatus.Ok ? status : _failure;
        Pump();
    }

    /// <summary>Goes on as far as it can.</summary>
    public void Pump()
    {
        while (!_jobs.IsRunning && (_failure == ToeStatus.Ok ? Advance() : Flush()))
        {
        }
    }

    private ToeStatus Check(in ToeSwitchCommand to)
    {
        if (to.FragmentBytes != 0 || (_isTls && to.StreamOffset != ToeSwitchCommand.NextBoundary))
        {
            return ToeStatus.BadParameter;
        }

        // One switch at a time: the plain bytes before the boundary must have been handed over, or the record under the old key.
        if (!_isTls && _boundary != ulong.MaxValue)
        {
            return ToeStatus.BadState;
        }

        return !_isTls && to.StreamOffset < _plainBytes ? ToeStatus.MidRecord : ToeStatus.Ok;
    }

    private bool Flush()
    {
        _step = Step.Idle;
        if (!_buffers.TryDequeue(out ToeCommand command))
        {
            return false;
        }

        _program.Complete(command, _failure);
        return true;
    }

    private bool Advance() => _step switch
    {
        Step.Idle => Begin(),
        Step.List => Parse(),
        Step.Opened => Opened(),
        Step.Deliver => Deliver(),
        _ => Delivered(),
    };

    private bool Begin()
    {
        _isTls |= _plainBytes == _boundary;
        if (_isHeld || !_buffers.TryPeek(out ToeCommand command))
        {
            return false;
        }

        if (!HasNews())
        {
            if (_failure == ToeStatus.Ok && Tcp.IsEndOfStream)
            {
                _failure = _have > 0 ? ToeStatus.BadRecord : ToeStatus.EndOfStream;
            }

            return _failure != ToeStatus.Ok;
        }

        _step = Step.List;
        _jobs.Expect(1);
        _pieces.Fetch(Unsafe.BitCast<ToeCommand, ToeTransferCommand>(command), _jobs.OnHost);
        return false;
    }

    private bool HasNews()
    {
        if (_content is not null)
        {
            return true;
        }

        return _isTls ? HasRecord() : Tcp.Available > 0;
    }

    /// <summary>Moves bytes of one record, and none behind it, out of TCP's buffer.</summary>
    private bool HasRecord()
    {
        Pull(TlsRecordLayout.HeaderLength);
        if (_have < TlsRecordLayout.HeaderLength)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(Record[3..]);
        // RFC 5246 §6.2.3: no record of any version is longer. The engine knows version and cipher and looks closer.
        if (Record[0] is < (byte)TlsContentType.ChangeCipherSpec or > (byte)TlsContentType.ApplicationData
            || BinaryPrimitives.ReadUInt16BigEndian(Record[1..]) != TlsRecordLayout.HeaderVersion || length > TlsRecordLayout.MaxPlaintextLength + 2048)
        {
            _failure = ToeStatus.BadRecord;
            return false;
        }

        Pull(TlsRecordLayout.HeaderLength + length);
        return _have == TlsRecordLayout.HeaderLength + length;
    }

    private void Pull(int wanted)
    {
        while (_have < wanted && Tcp.TryReceive(out ReceivedChunk chunk))
        {
            int count = Math.Min(wanted - _have, chunk.Bytes.Length);
            chunk.Bytes[..count].CopyTo(Record[_have..]);
            _have += count;
            Tcp.Consume(count);
        }
    }

    private bool Parse()
    {
        if (_jobs.HasFaulted)
        {
            _failure = ToeStatus.DmaFault;
            return true;
        }

        if (!_pieces.TryParse())
        {
            return Finish(ToeStatus.BadParameter, 0, 0);
        }

        // The stream may have come to its boundary while the list was read.
        _isTls |= _plainBytes == _boundary;
        if (_isTls && _content is null && !HasRecord())
        {
            _step = Step.Idle;
            return true;
        }

        if (_isTls && _content is null)
        {
            _step = Step.Opened;
            _jobs.Expect(1);
            var job = new CryptoEntry
            {
                Context = _context,
                RecordNumber = _contentNumber = _recordNumber++,
                Source = (uint)(_memory + ToeDevice.ReceiveRecord),
                SourceBytes = (uint)_have,
                Target = (uint)(_memory + ToeDevice.ReceiveContent),
                Open = 1,
            };
            _program.Crypto.Submit(job, _jobs.OnCrypto);
            return false;
        }

        if (!_isTls)
        {
            TakePlain();
        }

        _step = Step.Deliver;
        return true;
    }

    private void TakePlain()
    {
        int room = Math.Min(_pieces.Total, TlsRecordLayout.MaxPlaintextLength);
        int length = (int)Math.Min((ulong)Math.Min(room, Tcp.Available), _boundary - _plainBytes);
        Span<byte> stage = _program.Memory.Slice(_memory + ToeDevice.ReceiveContent, length);
        while (!stage.IsEmpty && Tcp.TryReceive(out ReceivedChunk chunk))
        {
            int count = Math.Min(stage.Length, chunk.Bytes.Length);
            chunk.Bytes[..count].CopyTo(stage);
            stage = stage[count..];
            Tcp.Consume(count);
        }

        _plainBytes += (ulong)length;
        (_content, _contentType) = (length, 0);
    }

    private bool Opened()
    {
        var status = (ToeStatus)(_jobs.Record.Done - 1);
        if (status != ToeStatus.Ok)
        {
            _failure = status;
            return true;
        }

        _have = 0;
        (_content, _contentType) = ((int)_jobs.Record.TargetBytes, _jobs.Record.ContentType);
        _step = Step.Deliver;
        return true;
    }

    private bool Deliver()
    {
        int length = _content ?? 0;
        if (length > _pieces.Total)
        {
            return Finish(ToeStatus.BufferTooSmall, 0, (uint)length);
        }

        _step = Step.Delivered;
        _jobs.Expect(_pieces.Move(ToeDevice.ReceiveContent, length, true, _jobs.OnHost));
        return !_jobs.IsRunning;
    }

    private bool Delivered()
    {
        if (_jobs.HasFaulted)
        {
            _failure = ToeStatus.DmaFault;
            return true;
        }

        uint length = (uint)(_content ?? 0);
        _content = null;
        if (!_isTls)
        {
            return Finish(ToeStatus.Ok, length, 0);
        }

        _isHeld = _contentType != (byte)TlsContentType.ApplicationData;
        return Finish(ToeStatus.Ok, length, 0, _contentNumber);
    }

    private bool Finish(ToeStatus status, uint length, uint detail, ulong number = 0)
    {
        byte type = status == ToeStatus.Ok ? _contentType : (byte)0;
        _program.Complete(ToeProgram.Answer(_buffers.Dequeue(), status) with { Length = length, Detail = detail, Number = number, ContentType = type });
        _step = Step.Idle;
        return true;
    }

    private void OnJobsEnded()
    {
        Pump();
        _connection.TryRelease();
    }
}
