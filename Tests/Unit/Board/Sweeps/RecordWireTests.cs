using System.Buffers.Binary;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board.Sweeps;

/// <summary>The judge at the end of a sweep's wire notices what it is there for.</summary>
public sealed class RecordWireTests
{
    private const ushort Port = 10_000;
    private const uint Start = 0xFFFF_FF00;
    private const int Length = 5 + 8 + 500 + 16;

    private readonly byte[] _content = KtlsFixture.Pattern(500, 1);
    private byte[] _stream = [];
    private RecordWire _wire = null!;

    [SetUp]
    public void SetUp()
    {
        var info = KtlsFixture.Info(TlsVersion.Tls12, TlsCipher.Aes128Gcm);
        _stream = [.. KtlsFixture.Seal(info, TlsContentType.ApplicationData, 0, _content), .. KtlsFixture.Seal(info, TlsContentType.ApplicationData, 1, _content)];
        _wire = new RecordWire(_content);
        _wire.Add(Port, info, Start, 2048);
    }

    [TearDown]
    public void TearDown() => _wire.Dispose();

    [Test]
    public void Send_AnyCutAndRepetition_IsOpened([Values(1, 3, 100, 528, 2000)] int cut)
    {
        for (int at = 0; at < _stream.Length; at += cut) Send(at, Math.Min(cut, _stream.Length - at));
        Send(7, 900);

        Assert.That((_wire.Records, _wire.Failure), Is.EqualTo((2L, (string?)null)));
    }

    [TestCase(5 + 3)]
    [TestCase(13 + 100)]
    [TestCase(Length - 1)]
    [TestCase(1)]
    public void Send_OneBitWrong_IsNotAuthentic(int place)
    {
        _stream[place] ^= 1;

        Send(0, Length);

        Assert.That(_wire.Failure, Is.EqualTo("Record 0 is not authentic."));
    }

    [Test]
    public void Send_RecordUnderAnotherNumber_IsNotAuthentic()
    {
        _stream.AsSpan(Length).CopyTo(_stream);

        Send(0, Length);

        Assert.That(_wire.Failure, Is.EqualTo("Record 0 is not authentic."));
    }

    [Test]
    public void Send_OtherContent_IsNoticed()
    {
        _content[499] ^= 1;

        Send(0, Length);

        Assert.That(_wire.Failure, Is.EqualTo("Record 0 holds another content."));
    }

    [Test]
    public void Send_RepetitionThatDiffers_IsNoticed()
    {
        Send(0, 600);
        _stream[599] ^= 1;

        Send(590, 10);

        Assert.That(_wire.Failure, Is.EqualTo("The frame at 590 is not what was sent there first."));
    }

    [Test]
    public void Send_GapOrOverlap_IsNoticed([Values(599, 601)] int from)
    {
        Send(0, 600);

        Send(from, 10);

        Assert.That(_wire.Failure, Does.StartWith($"The frame at {from} neither repeats nor follows"));
    }

    [TestCase(0)]
    [TestCase(23)]
    [TestCase(16384 + 8 + 16 + 1)]
    public void Send_LengthOfNoRecord_IsNoticed(int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_stream.AsSpan(3), (ushort)length);

        Send(0, Length);

        Assert.That(_wire.Failure, Is.EqualTo($"Record 0 has a header with the length {length}."));
    }

    private void Send(int from, int length)
    {
        var headers = new byte[54];
        BinaryPrimitives.WriteUInt16BigEndian(headers.AsSpan(34), Port);
        BinaryPrimitives.WriteUInt32BigEndian(headers.AsSpan(38), Start + (uint)from);
        headers[46] = 0x50;
        _wire.Send(headers, _stream.AsSpan(from, length));
    }
}
