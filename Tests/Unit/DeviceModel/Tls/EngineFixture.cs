using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>An engine with its surroundings: events and trace are recorded.</summary>
internal sealed class EngineFixture : IScheduler, ITraceSink, ITlsEvents, IDisposable
{
    public EngineFixture(TlsEngineOptions? options = null)
    {
        Options = options ?? new TlsEngineOptions { Keys = 8, TxContexts = 8, RxContexts = 8, CachedKeys = 2 };
        Trace = new TraceSource(this, 0) { Sink = this };
        Engine = new TlsEngine(Options, Trace, this);
    }

    public TlsEngineOptions Options { get; }

    public TraceSource Trace { get; }

    public TlsEngine Engine { get; private set; }

    public long NowPs { get; set; }

    /// <summary>The parameters of queue 0 that wait for a fence.</summary>
    public TxParameterSlot Parameters;

    public List<(EventCode Code, ulong Handle, ulong Data)> Raised { get; } = [];

    public List<ulong> Drained { get; } = [];

    public List<(TraceEvent Event, byte[] Data)> Traced { get; } = [];

    public NicEmu.Spec.Seams.ITimer CreateTimer(string name, Action action) => throw new NotSupportedException("The engine needs no timer.");

    public void On(in TraceEvent e, ReadOnlySpan<byte> data) => Traced.Add((e, data.ToArray()));

    public void Raise(EventCode code, ulong handle, ulong data) => Raised.Add((code, handle, data));

    public void ContextDrained(ulong handle) => Drained.Add(handle);

    public ulong CreateKey(TlsCipher cipher, byte[] key)
    {
        TlsCommandStatus status = Engine.CreateKey(cipher, 0, key, out ObjectHandle handle);
        Assert.That(status, Is.EqualTo(TlsCommandStatus.Ok));
        return handle.Value;
    }

    public ulong InstallTx(RecordStream stream, ushort queue = 0, TxMode mode = TxMode.SequenceTracked) =>
        InstallTx(CreateKey(stream.Layout.Cipher, stream.Key), stream, queue, mode);

    public ulong InstallTx(ulong key, RecordStream stream, ushort queue = 0, TxMode mode = TxMode.SequenceTracked)
    {
        var parameters = new TxInstallation
        {
            Key = key,
            Version = stream.Layout.Version,
            Iv = RecordIv.Read(stream.Iv),
            RecordNumber = stream.FirstNumber,
            StartSequence = stream.StartSequence,
            Queue = queue,
            Mode = mode,
        };
        TlsCommandStatus status = Engine.InstallTx(parameters, out ObjectHandle handle);
        Assert.That(status, Is.EqualTo(TlsCommandStatus.Ok));
        return handle.Value;
    }

    public ulong InstallRx(RecordStream stream, bool active = true, uint budgetBytes = 0, uint budgetUs = 0, uint threshold = 0)
    {
        var parameters = new RxInstallation
        {
            Key = CreateKey(stream.Layout.Cipher, stream.Key),
            Version = stream.Layout.Version,
            Iv = RecordIv.Read(stream.Iv),
            RecordNumber = stream.FirstNumber,
            StartSequence = stream.StartSequence,
            BudgetBytes = budgetBytes,
            BudgetUs = budgetUs,
            AuthenticationThreshold = threshold,
        };
        Assert.That(Engine.InstallRx(parameters, out ObjectHandle handle), Is.EqualTo(TlsCommandStatus.Ok));
        if (active)
        {
            Assert.That(Engine.ActivateRx(handle.Value), Is.EqualTo(TlsCommandStatus.Ok));
        }

        return handle.Value;
    }

    /// <summary>Key object of a receive context.</summary>
    public ulong KeyOf(ulong handle)
    {
        Assert.That(Engine.Receive.TryGet(handle, out TlsRxContext? context), Is.True);
        return context!.Key.Owner.Handle.Value;
    }

    /// <summary>Sends a piece of the stream in sequence or by the slot; commits when OK.</summary>
    public (TxStatus Status, byte[] Bytes) Send(ulong handle, RecordStream stream, int offset, int length, ref TxPositionSlot slot, int queue = 0)
    {
        byte[] bytes = stream.Plain.AsSpan(offset, length).ToArray();
        TxStatus status = Engine.Protect(handle, queue, stream.Sequence(offset), bytes, ref slot);
        if (status == TxStatus.Ok)
        {
            Engine.CommitTx(handle, bytes, 1, ref slot);
        }

        return (status, bytes);
    }

    public TxStatus Replay(ulong handle, int queue, ReadOnlySpan<byte> data, ref TxPositionSlot slot) =>
        Engine.Replay(handle, queue, data, ref slot, ref Parameters);

    /// <summary>Moves a positional context before a record: parameters and fence.</summary>
    public void Rearm(ulong handle, RecordStream stream, int record)
    {
        (int offset, _, ulong number) = stream.Records[record];
        Assert.That(Engine.SetContext(handle, 0, stream.Layout.Version, number, ref Parameters), Is.EqualTo(TxStatus.Ok));
        Assert.That(Engine.SetProgress(handle, 0, stream.Sequence(offset), ref Parameters), Is.EqualTo(TxStatus.Ok));
        Engine.Fence(0, ref Parameters);
    }

    /// <summary>Sends by RANGE: payload from an offset in the stream, of which the first bytes are skipped. Commits when OK.</summary>
    /// <returns>The first status that is not OK, and the bytes that leave.</returns>
    public (TxStatus Status, byte[] Bytes) SendRange(ulong handle, RecordStream stream, int from, int length, int skip, ref TxPositionSlot slot)
    {
        int start = stream.Records[stream.RecordAt(from)].Offset;
        var window = new TxWindow((uint)(from - start), (uint)length, (uint)skip);
        TxStatus status = Engine.Range(handle, 0, PositionOf(stream, from), window, ref slot);
        if (status != TxStatus.Ok)
        {
            return (status, []);
        }

        byte[] bytes = stream.Plain.AsSpan(from, length).ToArray();
        status = Engine.Protect(handle, 0, stream.Sequence(from + skip), bytes, ref slot);
        if (status == TxStatus.Ok)
        {
            Engine.CommitTx(handle, bytes, 1, ref slot);
        }

        return (status, bytes[skip..]);
    }

    /// <summary>Sends a piece without position.</summary>
    public (TxStatus Status, byte[] Bytes) Send(ulong handle, RecordStream stream, int offset, int length)
    {
        TxPositionSlot slot = default;
        return Send(handle, stream, offset, length, ref slot);
    }

    /// <summary>What POSITION says for the record that holds a byte of the stream.</summary>
    public static TxPosition PositionOf(RecordStream stream, int offset, bool advance = false)
    {
        (int start, int length, ulong number) = stream.Records[stream.RecordAt(offset)];
        ulong nonce = 0;
        for (int i = 0; i < stream.Layout.ExplicitNonceLength; i++)
        {
            nonce = (nonce << 8) | stream.Plain[start + 5 + i];
        }

        return new TxPosition(stream.Sequence(start), number, nonce, (ushort)(length - 5), stream.Plain[start], 0x0303, advance);
    }

    /// <summary>Puts another engine in the place of the one so far, with its saved state.</summary>
    public void Swap()
    {
        TlsEngineSnapshot saved = Engine.Save();
        bool tracesPlaintext = Engine.TracePlaintext;
        Engine.Dispose();
        Engine = new TlsEngine(Options, Trace, this) { TracePlaintext = tracesPlaintext };
        Engine.Restore(saved);
    }

    public void Dispose() => Engine.Dispose();
}
