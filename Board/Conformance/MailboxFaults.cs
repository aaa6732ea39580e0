using System.Buffers.Binary;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Conformance;

/// <summary>Stands before a card's function and interferes with its mailbox: refuses commands with a chosen status, or lets the program seem hung.</summary>
/// <param name="inner">The card.</param>
/// <param name="hiddenCapabilities">Bits of CAP_TLS that it is to be without.</param>
internal sealed class MailboxFaults(IPciFunction inner, uint hiddenCapabilities = 0) : IPciFunction
{
    private const uint Go = 0x8000_0000;
    private const uint OpcodeMask = 0xFFFF;
    private const uint UnknownOpcode = 0xFFFF;
    private const int ErrorShift = 8;

    private static readonly ulong Control = NativeMap.Mailbox.OffsetOf(NativeMap.Mailbox.Control);
    private static readonly ulong Status = NativeMap.Mailbox.OffsetOf(NativeMap.Mailbox.Status);

    private static readonly ulong Capabilities = NativeMap.Device.OffsetOf(NativeMap.Device.CapTls);

    private readonly byte[] _request = new byte[16];
    private ushort _opcode;
    private byte _status;
    private int _left;
    private bool _refused;
    private byte[]? _held;

    /// <summary>Whether the program answers; while it does not, a command that was started stays busy.</summary>
    public bool IsRunning
    {
        get;
        set
        {
            field = value;
            if (!value || _held is not { } held) return;
            _held = null;
            inner.BarWrite(NativeDevice.RegisterBar, Control, held);
        }
    } = true;

    public IReadOnlyList<BarDescription> Bars => inner.Bars;

    public void Refuse(ushort opcode, byte status, int count) => (_opcode, _status, _left) = (opcode, status, count);

    public void ConfigRead(int offset, Span<byte> data) => inner.ConfigRead(offset, data);

    public void ConfigWrite(int offset, ReadOnlySpan<byte> data) => inner.ConfigWrite(offset, data);

    public void BarRead(int bar, ulong offset, Span<byte> data)
    {
        inner.BarRead(bar, offset, data);
        if (bar == NativeDevice.RegisterBar && offset == Capabilities && data.Length == sizeof(uint))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(data, BinaryPrimitives.ReadUInt32LittleEndian(data) & ~hiddenCapabilities);
        }

        if (bar != NativeDevice.RegisterBar || offset != Status || data.Length < sizeof(uint)) return;
        if (_held is not null)
        {
            // BUSY and not DONE, for as long as the program is silent.
            BinaryPrimitives.WriteUInt32LittleEndian(data, 1);
        }
        else if (_refused)
        {
            uint value = BinaryPrimitives.ReadUInt32LittleEndian(data);
            if ((value & 2) != 0) BinaryPrimitives.WriteUInt32LittleEndian(data, (value & 0xFF) | ((uint)_status << ErrorShift));
        }
    }

    public void BarWrite(int bar, ulong offset, ReadOnlySpan<byte> data)
    {
        Note(bar, offset, data);
        if (bar != NativeDevice.RegisterBar || offset != Control || data.Length != sizeof(uint) || (BinaryPrimitives.ReadUInt32LittleEndian(data) & Go) == 0)
        {
            inner.BarWrite(bar, offset, data);
            return;
        }

        uint value = BinaryPrimitives.ReadUInt32LittleEndian(data);
        _refused = _left > 0 && (value & OpcodeMask) == _opcode;
        if (!_refused && IsHidden((MailboxOpcode)(value & OpcodeMask))) (_refused, _status, _left) = (true, (byte)MailboxStatus.Unsupported, _left + 1);
        // An unknown opcode: the program refuses it without doing anything, and its status is replaced on the way back.
        if (_refused) (_left, value) = (_left - 1, value | UnknownOpcode);
        var word = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, value);
        if (IsRunning) inner.BarWrite(bar, offset, word);
        else _held = word;
    }

    /// <summary>Remembers the head of a request: it cannot be read back.</summary>
    private void Note(int bar, ulong offset, ReadOnlySpan<byte> data)
    {
        if (bar != NativeDevice.RegisterBar || offset < MailboxBlock.RequestOffset) return;
        ulong at = offset - MailboxBlock.RequestOffset;
        if (at + (ulong)data.Length <= (ulong)_request.Length) data.CopyTo(_request.AsSpan((int)at));
    }

    private bool IsHidden(MailboxOpcode opcode) => opcode switch
    {
        MailboxOpcode.KeyCreate => _request[8] > 0 && (hiddenCapabilities & (1u << (_request[8] - 1)) & 7) != 0,
        MailboxOpcode.TxCreate or MailboxOpcode.RxCreate => (hiddenCapabilities & (_request[8] == 4 ? 0x200u : 0x100u)) != 0,
        _ => false,
    };

    public void Reset(ResetKind kind)
    {
        (_held, _refused) = (null, false);
        inner.Reset(kind);
    }
}
