using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

[TestFixture]
public sealed class HeaderSearchTests
{
    private static readonly TlsRecordLayout s_layout = new(TlsVersion.Tls13, TlsCipher.Aes128Gcm);

    [Test]
    public void Find_HeaderAtEveryPlaceAndCut_IsFound([Range(0, 24)] int place)
    {
        byte[] bytes = new byte[34];
        Array.Fill(bytes, (byte)3);
        byte[] header = [23, 3, 3, 0, 100];
        header.CopyTo(bytes, place);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var search = default(HeaderSearch);

            bool isFound = search.Find(s_layout, bytes.AsSpan(0, cut), out int end);
            if (!isFound)
            {
                isFound = search.Find(s_layout, bytes.AsSpan(cut), out int more);
                end += more;
            }

            Assert.That((isFound, end, search.Header), Is.EqualTo((true, place + 5, 0x17_0303_0064UL)), $"cut at {cut}");
        }
    }

    [Test]
    public void Find_NoHeader_TakesAll()
    {
        byte[] bytes = new byte[100];
        var search = default(HeaderSearch);

        bool found = search.Find(s_layout, bytes, out int count);

        Assert.That((found, count), Is.EqualTo((false, 100)));
    }

    [Test]
    public void BeginWithin_HeaderInsideABadOne_IsFound()
    {
        var search = default(HeaderSearch);
        search.BeginWithin(0x17_1703_0301);

        bool found = search.Find(s_layout, [0x00], out int count);

        Assert.That((found, count, search.Header), Is.EqualTo((true, 1, 0x17_0303_0100UL)));
    }
}
