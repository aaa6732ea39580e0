using System.Buffers.Binary;
using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Port;

internal sealed class AddressFilterTests
{
    private const ulong Own = 0x02_11_22_33_44_55;

    // Own, another, one of the list, a group, broadcast.
    [TestCase("021122334455", true)]
    [TestCase("021122334456", false)]
    [TestCase("0A0000000007", true)]
    [TestCase("01005E000001", false)]
    [TestCase("FFFFFFFFFFFF", true)]
    public void Accepts_OwnAndListedAddresses_AndBroadcast(string destination, bool expected)
    {
        var filter = new AddressFilter();
        filter.Configure(new PortConfiguration { MacAddress = Own, UnicastFilters = new[] { (0x0AUL << 40) | 7 } });

        bool accepted = filter.Accepts(Frame(destination), out _);

        Assert.That(accepted, Is.EqualTo(expected));
    }

    [TestCase("021122334456")]
    [TestCase("01005E000001")]
    [TestCase("FFFFFFFFFFFF")]
    public void Accepts_OnlyWhenPromiscuous_WhatNothingElseAllows(string destination)
    {
        var filter = new AddressFilter();
        filter.Configure(new PortConfiguration { MacAddress = Own, Broadcast = false });
        bool before = filter.Accepts(Frame(destination), out _);
        filter.Configure(new PortConfiguration { MacAddress = Own, Broadcast = false, Promiscuous = true });

        bool after = filter.Accepts(Frame(destination), out _);

        Assert.That((before, after), Is.EqualTo((false, true)));
    }

    [TestCase("FFFFFFFFFFFF", RxFlags.Broadcast)]
    [TestCase("01005E000001", RxFlags.Multicast)]
    [TestCase("021122334455", RxFlags.None)]
    public void Accepts_Kind_IsReported(string destination, RxFlags expected)
    {
        var filter = new AddressFilter();

        filter.Accepts(Frame(destination), out RxFlags kind);

        Assert.That(kind, Is.EqualTo(expected));
    }

    [Test]
    public void Accepts_AllMulticast_TakesGroupsOnly()
    {
        var filter = new AddressFilter();
        filter.Configure(new PortConfiguration { MacAddress = Own, AllMulticast = true, Broadcast = false });

        bool[] taken = [filter.Accepts(Frame("333300000001"), out _), filter.Accepts(Frame("FFFFFFFFFFFF"), out _), filter.Accepts(Frame("020000000009"), out _)];

        Assert.That(taken, Is.EqualTo(new[] { true, false, false }));
    }

    [Test]
    public void MulticastIndex_KnownCrc_IsItsUpperSevenBits()
    {
        // CRC-32 of "123456" is 0x0972D361; the check value 0xCBF43926 is that of "123456789".
        int index = AddressFilter.MulticastIndex("123456"u8);

        Assert.That(index, Is.EqualTo(0x0972D361 >> 25));
    }

    [Test]
    public void Accepts_HashFilter_TakesExactlyTheAddressesOfItsBit([Range(0, 127, 9)] int bit)
    {
        var filter = new AddressFilter();
        filter.Configure(new PortConfiguration
        {
            MacAddress = Own,
            MulticastHashLow = bit < 64 ? 1UL << bit : 0,
            MulticastHashHigh = bit < 64 ? 0 : 1UL << (bit - 64),
        });
        int right = 0;

        for (int i = 0; i < 1024; i++)
        {
            var frame = Frame("01005E000000");
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(4), (ushort)i);
            right += filter.Accepts(frame, out _) == (AddressFilter.MulticastIndex(frame.AsSpan(0, 6)) == bit) ? 1 : 0;
        }

        Assert.That(right, Is.EqualTo(1024));
    }

    private static byte[] Frame(string destination) => [.. Convert.FromHexString(destination), .. new byte[8]];
}
