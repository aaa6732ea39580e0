using NicEmu.Board.Links;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Toe;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Toe;
using NicEmu.Tests.Interop.Traces;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Interop;

/// <summary>What the TCP offload engine puts on the wire, as tshark reads it.</summary>
internal sealed class ToeWireTests
{
    [Test]
    public void Wire_LossyConnection_IsDecryptedByTshark([Values] TlsVersion version)
    {
        Tshark.Require();
        string path = Path.GetTempFileName();
        byte[] file;
        (string, string) parties;
        using (var trace = new PcapngTrace(File.Create(path)))
        {
            var rig = new ToeRig(sink: trace);
            (ToeSocket card, HostSocket peer) = rig.Secure(version, TlsCipher.Aes128Gcm, fragmentBytes: 5000, traceKeys: true);
            rig.Card.Network!.Outgoing.Profile = new LossProfile { Drop = 0.03, Reorder = 0.03 };
            using DmaBuffer memory = rig.Memory(150_000);
            int have = 0;
            peer.Record = (_, content) => have += content.Length;
            rig.Send(card, memory);
            rig.RunUntil(() => have == memory.Length, "the file arrives", 600_000_000_000_000);
            file = memory.Span.ToArray();
            parties = ($"192.0.2.1:{ToeRig.Port}", $"192.0.2.2:{card.RemotePort}");
        }

        TsharkVerdict verdict = TsharkVerdict.Of(path, parties);
        File.Delete(path);

        Assert.That(verdict.TagMismatches, Is.Zero);
        Assert.That(verdict.BadChecksums, Is.Empty);
        Assert.That(verdict.Malformed, Is.Empty);
        Assert.That(verdict.Followed[parties.Item1], Is.EqualTo(file));
    }
}
