using NicEmu.Board;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Driver.Ktls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Sweeps;

/// <summary>A session whose segments the test orders: any range that is held goes out right, and no other.</summary>
public sealed class OrderedTlsSenderTests
{
    private const int Record = 5 + 8 + 1000 + 16;

    private readonly byte[] _content = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];
    private CardRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new CardRig(new NicBoardOptions(), _content, CancellationToken.None);

    [TearDown]
    public void TearDown() => _rig.Dispose();

    [Test]
    public void Send_AnyOrderOfWhatIsHeld_IsRightOnTheWire([Values] TxStrategy strategy)
    {
        OrderedTlsSender sender = Open(strategy, 4);

        foreach ((int from, int length) in ((int, int)[])[(0, 700), (700, 2000), (10, 5), (1000, 1200), (2700, (4 * Record) - 2700), ((4 * Record) - 3, 3), (0, 4 * Record)])
        {
            sender.Send(from, length, 600);
            _rig.Drain(sender);
        }

        _rig.Finish();
        Assert.That(_rig.Wire.Records, Is.EqualTo(4));
    }

    [TestCase(0, 0)]
    [TestCase(0, 65536)]
    public void Send_LengthOfNoSegment_IsRefused(int from, int length)
    {
        OrderedTlsSender sender = Open(TxStrategy.Reposition, 1);

        Assert.That(() => sender.Send(from, length, 1448), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Send_WhatIsNotHeld_IsRefused([Values] TxStrategy strategy)
    {
        OrderedTlsSender sender = Open(strategy, 2);
        sender.Send(0, 2 * Record, 1448);
        _rig.Drain(sender);
        sender.Acknowledge(Record);

        Assert.That(() => sender.Send(-1, 2, 1448), Throws.InvalidOperationException);
        Assert.That(() => sender.Send((2 * Record) - 1, 2, 1448), Throws.InvalidOperationException, "never written");
        Assert.That(() => sender.Send(Record - 1, 1, 1448), Throws.InvalidOperationException, "acknowledged");
        Assert.That(() => sender.Send(Record, 1, 1448), Throws.Nothing);
    }

    [Test]
    public void Finish_OtherContentOnTheWire_Fails()
    {
        OrderedTlsSender sender = Open(TxStrategy.Reposition, 1);
        _content[0] ^= 1;

        sender.Send(0, Record, 1448);

        Assert.That(_rig.Finish, Throws.InstanceOf<SweepFailedException>());
    }

    private OrderedTlsSender Open(TxStrategy strategy, int records)
    {
        OrderedTlsSender sender = _rig.Open(strategy, new SeededRandom(1), 1 << 16);
        for (int i = 0; i < records; i++) sender.WriteRecord(_content);
        return sender;
    }
}
