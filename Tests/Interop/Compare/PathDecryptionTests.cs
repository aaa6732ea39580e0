using NicEmu.Board.Compare;
using NicEmu.Driver.Memory;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Interop.Traces;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Interop.Compare;

/// <summary>What each data path put on the wire, opened by a program that others wrote.</summary>
public sealed class PathDecryptionTests
{
    private const int FileBytes = 60_000;
    private const string Server = "10.77.0.2:4433";

    [Test]
    public void Trace_Path_OpensInTsharkToTheFile([Values("user", "sslstream", "ktls-nt", "inline", "toe")] string id) => Judge(id, TlsVersion.Tls13);

    [Test, Category("Long")]
    public void Trace_EveryPath_OpensInTsharkToTheFile(
        [Values("user", "user-copy", "sslstream", "ktls-write", "ktls-copy", "ktls", "ktls-nt", "lookaside", "inline", "inline-copy", "toe", "inline-rx", "ktls-rx")] string id, [Values] TlsVersion version) => Judge(id, version);

    private static void Judge(string id, TlsVersion version)
    {
        Tshark.Require();
        string file = Path.GetTempFileName();
        try
        {
            StorageContent content = StorageContent.Seeded(FileBytes, 8);
            PathResult result = PathCatalogue.Run(id, new() { Content = content, Version = version, TraceOf = _ => new PcapngTrace(File.Create(file)) });
            var expected = new byte[FileBytes];
            content.Read(0, expected);

            TsharkVerdict verdict = TsharkVerdict.Of(file, (Server, "client"));

            Assert.That(result.Failure, Is.Null);
            verdict.AssertClean(new Dictionary<string, byte[]> { [Server] = expected });
        }
        finally
        {
            File.Delete(file);
        }
    }
}
