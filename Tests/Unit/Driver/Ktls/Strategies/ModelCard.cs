using System.Buffers.Binary;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Tests.Unit.DeviceModel.Tls;

namespace NicEmu.Tests.Unit.Driver.Ktls.Strategies;

/// <summary>What the manual promises of a card, without its cryptography: it knows every record's wire bytes beforehand and checks that it was asked for them rightly.</summary>
internal sealed class ModelCard(TlsCryptoInfo info, ulong firstNumber) : ITlsPoster
{
    private readonly List<(int Start, int End)> _records = [];
    private readonly List<byte> _plain = [];
    private readonly List<byte> _wire = [];
    private readonly List<byte> _replay = [];
    private PositionDescriptor? _position;
    private RangeDescriptor? _range;
    private ulong? _number;
    private bool _progress;

    /// <summary>Where the next bytes lie that the card would encrypt unasked.</summary>
    public int Place { get; set; }

    /// <summary>How the contexts of the card are placed.</summary>
    public TxMode Mode { get; init; }

    public List<string> Violations { get; } = [];

    /// <summary>What left: offset and bytes, since it was last looked at.</summary>
    public List<(int Offset, byte[] Bytes)> Sent { get; } = [];

    /// <summary>Chains that the card was made to refuse.</summary>
    public List<(int Offset, byte[] Payload, TxOffloads Offloads)> Refused { get; } = [];

    public bool RefuseNext { get; set; }

    public int Space { get; set; } = int.MaxValue;

    public long ReplayedBytes { get; private set; }

    public long WasteBytes { get; private set; }

    /// <summary>The stream went on by one record.</summary>
    public void Add(ReadOnlySpan<byte> framed)
    {
        ulong number = firstNumber + (ulong)_records.Count;
        _records.Add((_plain.Count, _plain.Count + framed.Length));
        _plain.AddRange(framed);
        _wire.AddRange(RecordOracle.Seal(info.Version, info.Cipher, info.Key.ToArray(), info.DeviceIv(), number, framed));
    }

    public bool IsWire(int offset, ReadOnlySpan<byte> bytes) => bytes.SequenceEqual([.. _wire[offset..(offset + bytes.Length)]]);

    public bool HasSpace(int descriptors, int bytes) => descriptors <= Space;

    public int DescriptorsFor(int payloadLength, int pieces = 1) => 2;

    public void PostPosition(in PositionDescriptor position)
    {
        Check(Mode == TxMode.SequenceTracked && _position is null, "POSITION");
        _position = position;
        _replay.Clear();
    }

    public void PostSetContext(in SetContextDescriptor context)
    {
        Check(Mode == TxMode.Positional && context.Version == info.Version, "SET_CONTEXT");
        _number = context.RecordNumber;
    }

    public void PostSetProgress(in SetProgressDescriptor progress)
    {
        Check(Mode == TxMode.Positional && progress.RecordStartSequence == unchecked(TxHarness.Start + (uint)RecordOf(_number ?? firstNumber).Start), "SET_PROGRESS");
        _progress = true;
    }

    public void PostFence()
    {
        Check(_progress, "a fence for nothing");
        Place = RecordOf(_number ?? firstNumber).Start;
        _progress = false;
    }

    public void PostRange(in RangeDescriptor range)
    {
        Check(Mode == TxMode.Range && _range is null, "RANGE");
        _range = range;
    }

    public void PostReplay(ulong handle, TxBytes bytes)
    {
        byte[] plaintext = bytes.ToArray();
        ReplayedBytes += plaintext.Length;
        if (Mode == TxMode.Positional)
        {
            Check(!_progress && IsPlain(Place, plaintext), "REPLAY is not what comes next");
            Place += plaintext.Length;
            return;
        }

        Check(_position is not null, "REPLAY without POSITION");
        _replay.AddRange(plaintext);
    }

    public void PostData(in TxFrame frame)
    {
        (PositionDescriptor? position, RangeDescriptor? range) = (_position, _range);
        (_position, _range) = (null, null);
        int offset = (int)(BinaryPrimitives.ReadUInt32BigEndian(frame.Headers[38..]) - TxHarness.Start);
        int length = BinaryPrimitives.ReadUInt16BigEndian(frame.Headers[16..]) - 40;
        ReadOnlySpan<byte> payload = frame.Payload[frame.Skip..].ToArray();
        Check(length == payload.Length, "headers and payload");
        bool isTls = (frame.Offloads & TxOffloads.Tls) != 0;
        WasteBytes += frame.Skip;
        if (RefuseNext && isTls)
        {
            RefuseNext = false;
            Refused.Add((offset, payload.ToArray(), frame.Offloads));
            return;
        }

        if (!isTls)
        {
            Check(IsWire(offset, payload), $"software at {offset}");
            Sent.Add((offset, payload.ToArray()));
            return;
        }

        Check(IsPlain(offset, payload), "plaintext");
        switch (Mode)
        {
            case TxMode.Positional:
                Check(!_progress && offset == Place, $"DATA at {offset}, place {Place}");
                Place = offset + length;
                break;
            case TxMode.Range:
                CheckRange(range, offset, length, frame);
                break;
            default:
                CheckTracked(position, offset, offset + length);
                break;
        }

        Sent.Add((offset, [.. _wire[offset..(offset + length)]]));
    }

    private void CheckTracked(PositionDescriptor? at, int offset, int end)
    {
        if (at is not { } position)
        {
            Check(offset == Place, $"DATA at {offset}, place {Place}");
            Place = end;
            return;
        }

        (int start, int recordEnd) = RecordOf(position.RecordNumber);
        bool advance = (position.Flags & TxFlags.Advance) != 0;
        Check(position.RecordStartSequence == unchecked(TxHarness.Start + (uint)start) && position.LengthField == recordEnd - start - 5 && offset >= start && offset < recordEnd, "POSITION names the record");
        Check(_replay.Count == 0 || (_replay.Count == offset - start && IsPlain(start, [.. _replay])), "REPLAY reaches DATA");
        bool needsReplay = offset > start && (advance || end > recordEnd - 16);
        Check((_replay.Count > 0) == needsReplay, "REPLAY where it is needed, and only there");
        Check(advance ? end > Place : end <= Place, "ADVANCE past the head, and only there");
        if (advance) Place = end;
    }

    private void CheckRange(RangeDescriptor? at, int offset, int length, in TxFrame frame)
    {
        if (at is not { } range)
        {
            Violations.Add("DATA without RANGE");
            return;
        }

        (int start, int recordEnd) = RecordOf(range.RecordNumber);
        int prefix = info.Layout.PrefixLength;
        int first = (int)range.Offset;
        int last = first + (int)range.Length;
        bool whole = first == 0 && last == recordEnd - start && frame.Skip <= recordEnd - start - 16;
        bool block = last <= recordEnd - start - 16 && frame.Skip < 16 && (first == 0 || (first >= prefix && (first - prefix) % 16 == 0));
        Check(whole || block, "a window that can be served");
        Check(frame.Payload.Length == range.Length && frame.Skip == range.Skip && offset == start + first + frame.Skip && length == range.Length - range.Skip, "RANGE and DATA agree");
        Check(IsPlain(start + first, frame.Payload.ToArray()), "the whole request is the record's");
    }

    private (int Start, int End) RecordOf(ulong number) => _records[(int)(number - firstNumber)];

    private bool IsPlain(int offset, ReadOnlySpan<byte> bytes) => bytes.SequenceEqual([.. _plain[offset..(offset + bytes.Length)]]);

    private void Check(bool condition, string what)
    {
        if (!condition) Violations.Add(what);
    }
}
