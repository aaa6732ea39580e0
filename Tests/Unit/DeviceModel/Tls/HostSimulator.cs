using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>A host that reassembles the stream, and answers resync requests once its own parser has come by. It knows the records from the oracle.</summary>
internal sealed class HostSimulator(EngineFixture fixture, ulong handle, RecordStream stream)
{
    private readonly byte[] _wire = stream.Wire;
    private readonly byte[] _opened = [.. stream.Opened];
    private readonly bool[] _arrived = new bool[stream.Length];
    private uint? _asked;
    private int _contiguous;

    public int Decrypted { get; private set; }

    public int Packets { get; private set; }

    public int Failed { get; private set; }

    /// <summary>Answers that requests of the device are given: by default the truth.</summary>
    public bool Refuses { get; set; }

    public bool IsSilent { get; set; }

    /// <summary>Hands a piece of the stream to the device; checks what it makes of it.</summary>
    public RxResult Receive(int offset, int length, byte[]? other = null)
    {
        byte[] bytes = other ?? _wire.AsSpan(offset, length).ToArray();
        byte[] before = (byte[])bytes.Clone();
        byte[] plain = new byte[length];

        RxResult result = fixture.Engine.Open(handle, stream.Sequence(offset), bytes, plain, fixture.NowPs);

        Assert.That(bytes.AsSpan().SequenceEqual(before), Is.True, "the wire bytes are not touched");
        Packets++;
        fixture.NowPs += 1_000_000;
        if (result.Verdict == RxVerdict.Decrypted)
        {
            Decrypted++;
            if (other is null)
            {
                Assert.That(plain.AsSpan().SequenceEqual(_opened.AsSpan(offset, length)), Is.True, $"plaintext of {offset}+{length}");
                Assert.That(result.RecordNumber, Is.EqualTo(stream.Records[stream.RecordAt(offset)].Number));
            }
        }

        Failed += result.Verdict == RxVerdict.AuthenticationFailed ? 1 : 0;
        if (result.Verdict == RxVerdict.ResyncRequest)
        {
            _asked = result.CandidateSequence;
        }

        _arrived.AsSpan(offset, length).Fill(true);
        return result;
    }

    /// <summary>Parses what is contiguous; answers when the parser has passed the record that the device asked about.</summary>
    public void Parse()
    {
        while (_contiguous < _arrived.Length && _arrived[_contiguous])
        {
            _contiguous++;
        }

        if (_asked is not { } candidate || IsSilent)
        {
            return;
        }

        int offset = unchecked((int)(candidate - stream.StartSequence));
        if (offset >= _contiguous)
        {
            return;
        }

        _asked = null;
        int index = stream.Records.FindIndex(r => r.Offset == offset);
        if (index >= 0 && !Refuses)
        {
            fixture.Engine.AnswerResync(ResyncAnswerKind.Acknowledge, handle, candidate, stream.Records[index].Number);
        }
        else
        {
            fixture.Engine.AnswerResync(ResyncAnswerKind.Refuse, handle, candidate, 0);
        }
    }
}
