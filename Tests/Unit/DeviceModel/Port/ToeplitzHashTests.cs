using System.Net;
using NicEmu.DeviceModel.Port;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Port;

/// <summary>The verification suite that Microsoft published with receive-side scaling ("Verifying the RSS Hash Calculation").</summary>
internal sealed class ToeplitzHashTests
{
    private const string Key = "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa";

    [TestCase("66.9.149.187", "161.142.100.80", 2794, 1766, 0x323e8fc2u, 0x51ccc178u)]
    [TestCase("199.92.111.2", "65.69.140.83", 14230, 4739, 0xd718262au, 0xc626b0eau)]
    [TestCase("24.19.198.95", "12.22.207.184", 12898, 38024, 0xd2d0a5deu, 0x5c2b394au)]
    [TestCase("38.27.205.30", "209.142.163.6", 48228, 2217, 0x82989176u, 0xafc7327fu)]
    [TestCase("153.39.163.191", "202.188.127.2", 44251, 1303, 0x5d1809c5u, 0x10e828a2u)]
    [TestCase("3ffe:2501:200:1fff::7", "3ffe:2501:200:3::1", 2794, 1766, 0x2cc18cd5u, 0x40207d3du)]
    [TestCase("3ffe:501:8::260:97ff:fe40:efab", "ff02::1", 14230, 4739, 0x0f0c461cu, 0xdde51bbfu)]
    [TestCase("3ffe:1900:4545:3:200:f8ff:fe21:67cf", "fe80::200:f8ff:fe21:67cf", 44251, 38024, 0x4b61e985u, 0x02d1feefu)]
    public void Compute_PublishedSuite_GivesItsHashes(string source, string destination, int sourcePort, int destinationPort, uint addresses, uint withPorts)
    {
        var hash = new ToeplitzHash();
        hash.SetKey(new byte[40]);
        hash.SetKey(Convert.FromHexString(Key));
        byte[] input = [.. IPAddress.Parse(source).GetAddressBytes(), .. IPAddress.Parse(destination).GetAddressBytes()];
        byte[] ports = [(byte)(sourcePort >> 8), (byte)sourcePort, (byte)(destinationPort >> 8), (byte)destinationPort];

        uint ofAddresses = hash.Compute(input);
        uint ofAll = hash.Compute([.. input, .. ports]);

        Assert.That((ofAddresses, ofAll), Is.EqualTo((addresses, withPorts)));
    }

    [Test]
    public void SetKey_AfterAnotherKey_LeavesNothingOfIt()
    {
        var hash = new ToeplitzHash();
        hash.SetKey(Convert.FromHexString(Key));

        hash.SetKey(new byte[40]);

        Assert.That(hash.Compute([1, 2, 3, 4, 5, 6, 7, 8]), Is.Zero, "every selected window of an all-zero key is zero");
    }
}
