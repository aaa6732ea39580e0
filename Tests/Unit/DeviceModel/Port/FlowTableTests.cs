using NicEmu.DeviceModel.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Port;

internal sealed class FlowTableTests
{
    private static readonly FlowTuple s_v4 = FlowTuple.Create([192, 0, 2, 1], [192, 0, 2, 2], 1, 2);

    [Test]
    public void Add_SameTupleTwice_IsDuplicateAndKeepsTheFirst()
    {
        var table = new FlowTable(4);
        table.Add(s_v4, new RxRule(10, 1, false));

        CoreStatus second = table.Add(s_v4, new RxRule(11, 1, false));

        table.TryFind(s_v4, out RxRule found);
        Assert.That((second, found.Handle), Is.EqualTo((CoreStatus.Duplicate, 10UL)));
    }

    [Test]
    public void Add_ToCapacityAndOneMore_IsTableFullUntilOneGoes()
    {
        var table = new FlowTable(2);
        CoreStatus[] statuses =
        [
            table.Add(s_v4, new RxRule(1, 0, false)), table.Add(s_v4 with { SourcePort = 5 }, new RxRule(2, 0, false)),
            table.Add(s_v4 with { SourcePort = 6 }, new RxRule(3, 0, false)),
        ];

        table.Remove(1);

        Assert.That(statuses, Is.EqualTo(new[] { CoreStatus.Ok, CoreStatus.Ok, CoreStatus.TableFull }));
        Assert.That(table.Add(s_v4 with { SourcePort = 6 }, new RxRule(3, 0, false)), Is.EqualTo(CoreStatus.Ok));
    }

    [Test]
    public void Activate_Rule_SteersFromThenOn()
    {
        var table = new FlowTable(4);
        table.Add(s_v4, new RxRule(10, 3, false));
        table.TryFind(s_v4, out RxRule before);

        table.Activate(10);

        table.TryFind(s_v4, out RxRule after);
        Assert.That((before.IsActive, after), Is.EqualTo((false, new RxRule(10, 3, true))));
    }

    private static IEnumerable<TestCaseData> Others()
    {
        yield return new TestCaseData(s_v4 with { SourceFirst = s_v4.SourceFirst + (1UL << 32) }).SetName("TryFind_OtherSource_Misses");
        yield return new TestCaseData(s_v4 with { DestinationFirst = s_v4.DestinationFirst + (1UL << 32) }).SetName("TryFind_OtherDestination_Misses");
        yield return new TestCaseData(s_v4 with { SourcePort = 3 }).SetName("TryFind_OtherSourcePort_Misses");
        yield return new TestCaseData(s_v4 with { DestinationPort = 3 }).SetName("TryFind_OtherDestinationPort_Misses");
        yield return new TestCaseData(s_v4 with { IsIpv6 = true }).SetName("TryFind_Ipv6WithTheSameBits_Misses");
        yield return new TestCaseData(s_v4 with { SourceLast = 1, IsIpv6 = true }).SetName("TryFind_OtherLowHalf_Misses");
    }

    [TestCaseSource(nameof(Others))]
    public void TryFind_OneFieldDifferent_Misses(object other)
    {
        var table = new FlowTable(4);
        table.Add(s_v4, new RxRule(10, 1, false));

        bool found = table.TryFind((FlowTuple)other, out _);

        Assert.That(found, Is.False);
    }

    [Test]
    public void Create_Ipv6Addresses_KeepsAllSixteenBytes()
    {
        byte[] source = Convert.FromHexString("000102030405060708090A0B0C0D0E0F");
        byte[] destination = Convert.FromHexString("101112131415161718191A1B1C1D1E1F");

        FlowTuple tuple = FlowTuple.Create(source, destination, 0x2021, 0x2223);

        Assert.That(
            tuple, Is.EqualTo(new FlowTuple(true, 0x0001020304050607, 0x08090A0B0C0D0E0F, 0x1011121314151617, 0x18191A1B1C1D1E1F, 0x2021, 0x2223)));
    }
}
