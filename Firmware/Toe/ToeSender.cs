using System.Runtime.CompilerServices;
using NicEmu.Net;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Tls;

namespace NicEmu.Firmware.Toe;

/// <summary>The sending direction of a connection: reads host memory once, seals records, writes them into TCP's buffer, from where they are sent and sent again.</summary>
internal sealed class ToeSender
{
    // Header, explicit nonce, inner type and tag of a record; TLS 1.2 and 1.3 need less.
    private const int RecordOverhead = 32;

    private readonly ToeProgram _program;
    private readonly ToeConnection _connection;
    private readonly int _memory;
    private readonly PieceList _pieces;
    private readonly Queue<ToeCommand> _queue = new();
    private readonly JobGroup _jobs;
    private Step _step;
    private int _taken;
    private int _chunk;
    private ToeStatus _failure;
    private bool _isTls;
    private ulong _plainBytes;
    private ulong _context;
    private ulong _recordNumber;
    private int _fragmentBytes = TlsRecordLayout.MaxPlaintextLength;

    public ToeSender(ToeProgram program, ToeConnection connection, int memory)
    {
        (_program, _connection, _memory) = (program, connection, memory);
        _pieces = new PieceList(program, memory, ToeDevice.SendList);
        _jobs = new JobGroup(OnJobsEnded);
    }

    private enum Step
    {
        Idle,
        List,
        Content,
        Gathered,
        Sealed,
    }

    /// <summary>Whether an engine of the card still works for this direction.</summary>
    public bool IsBusy => _jobs.IsRunning;

    private TcpConnection Tcp => _connection.Tcp;

    /// <summary>Takes SEND or SWITCH_TLS; they run in order.</summary>
    /// <param name="command">The command.</param>
    public void Take(in ToeCommand command)
    {
        if (_queue.Count == ToeDevice.MaxPending)
        {
            _program.Complete(command, ToeStatus.NoRoom);
            return;
        }

        _queue.Enqueue(command);
        Pump();
    }

    /// <summary>Takes CLOSE: it runs behind everything that waits, and always has room.</summary>
    /// <param name="command">CLOSE.</param>
    public void Close(in ToeCommand command)
    {
        _queue.Enqueue(command);
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

    private bool Flush()
    {
        _step = Step.Idle;
        if (!_queue.TryDequeue(out ToeCommand command))
        {
            return false;
        }

        if (command.Opcode == ToeOpcode.Close)
        {
            _connection.CloseNow();
        }
        else
        {
            _program.Complete(ToeProgram.Answer(command, _failure) with { Length = (uint)_taken });
        }

        _taken = 0;
        return true;
    }

    private bool Advance() => _step switch
    {
        Step.Idle => Begin(),
        Step.List => Parse(),
        Step.Content => Gather(),
        Step.Gathered => Put(),
        _ => PutRecord(),
    };

    private bool Begin()
    {
        if (!_queue.TryPeek(out ToeCommand command))
        {
            return false;
        }

        switch (command.Opcode)
        {
            case ToeOpcode.Close:
                _queue.Dequeue();
                _connection.CloseNow();
                return true;
            case ToeOpcode.SwitchTls:
                _queue.Dequeue();
                Switch(command);
                return true;
        }

        ToeTransferCommand send = Unsafe.BitCast<ToeCommand, ToeTransferCommand>(command);
        if (send.Flags != 0 || send.PieceCount is 0 or > ToeDevice.MaxPieces || send.Reserved29 != 0 || send.Reserved30 != 0 || send.Reserved32 != 0 || send.Reserved40 != 0
            || (send.ContentType != 0 && !_isTls))
        {
            return Finish(ToeStatus.BadParameter);
        }

        if (!Tcp.CanWrite)
        {
            return Finish(ToeStatus.BadState);
        }

        _step = Step.List;
        _jobs.Expect(1);
        _pieces.Fetch(send, _jobs.OnHost);
        return false;
    }

    private bool Parse()
    {
        if (_jobs.HasFaulted)
        {
            return Fault();
        }

        if (!_pieces.TryParse())
        {
            return Finish(ToeStatus.BadParameter);
        }

        _step = Step.Content;
        return true;
    }

    private bool Gather()
    {
        if (_taken == _pieces.Total)
        {
            return Finish(ToeStatus.Ok);
        }

        _chunk = Math.Min(_fragmentBytes, _pieces.Total - _taken);
        if (Tcp.SendBufferFree < _chunk + RecordOverhead)
        {
            // Acknowledgments make room. Nothing has been read of what has no room yet.
            return false;
        }

        _step = Step.Gathered;
        _jobs.Expect(_pieces.Move(ToeDevice.SendContent, _chunk, false, _jobs.OnHost));
        return false;
    }

    private bool Put()
    {
        if (_jobs.HasFaulted)
        {
            return Fault();
        }

        if (!_isTls)
        {
            Tcp.Write(_program.Memory.Slice(_memory + ToeDevice.SendContent, _chunk));
            _plainBytes += (ulong)_chunk;
            _taken += _chunk;
            _step = Step.Content;
            return true;
        }

        byte type = Unsafe.BitCast<ToeCommand, ToeTransferCommand>(_queue.Peek()).ContentType;
        _step = Step.Sealed;
        _jobs.Expect(1);
        var job = new CryptoEntry
        {
            Context = _context,
            RecordNumber = _recordNumber,
            Source = (uint)(_memory + ToeDevice.SendContent),
            SourceBytes = (uint)_chunk,
            Target = (uint)(_memory + ToeDevice.SendRecord),
            ContentType = type == 0 ? (byte)TlsContentType.ApplicationData : type,
        };
        _program.Crypto.Submit(job, _jobs.OnCrypto);
        return false;
    }

    private bool PutRecord()
    {
        var status = (ToeStatus)(_jobs.Record.Done - 1);
        if (status != ToeStatus.Ok)
        {
            _failure = status;
            return true;
        }

        Tcp.Write(_program.Memory.Slice(_memory + ToeDevice.SendRecord, (int)_jobs.Record.TargetBytes));
        _recordNumber++;
        _taken += _chunk;
        _step = Step.Content;
        return true;
    }

    private void Switch(in ToeCommand command)
    {
        ToeSwitchCommand to = Unsafe.BitCast<ToeCommand, ToeSwitchCommand>(command);
        ToeStatus status = _isTls && to.StreamOffset != ToeSwitchCommand.NextBoundary ? ToeStatus.BadParameter
            : !_isTls && to.StreamOffset != ToeSwitchCommand.NextBoundary && to.StreamOffset != _plainBytes ? ToeStatus.MidRecord
            : ToeStatus.Ok;
        if (status == ToeStatus.Ok)
        {
            (_isTls, _context, _recordNumber) = (true, to.ContextHandle, to.RecordNumber);
            _fragmentBytes = to.FragmentBytes == 0 ? TlsRecordLayout.MaxPlaintextLength : to.FragmentBytes;
        }

        _program.Complete(ToeProgram.Answer(command, status) with { Number = _plainBytes });
    }

    private bool Fault()
    {
        _failure = ToeStatus.DmaFault;
        return true;
    }

    private bool Finish(ToeStatus status)
    {
        _program.Complete(ToeProgram.Answer(_queue.Dequeue(), status) with { Length = (uint)_taken });
        _taken = 0;
        _step = Step.Idle;
        return true;
    }

    private void OnJobsEnded()
    {
        Pump();
        _connection.TryRelease();
    }
}
