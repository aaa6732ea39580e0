using BenchmarkDotNet.Attributes;
using NicEmu.Cli.Bench;
using NicEmu.Spec.Tls;

namespace NicEmu.Benchmarks;

/// <summary>One chain of four records from the doorbell to its frames on a wire that swallows them, against the class library's encryption of the same bytes.</summary>
[MemoryDiagnoser]
public class TransmitBenchmarks : IDisposable
{
    private TransmitPath _path = null!;
    private AeadContestant _library = null!;

    [Params(TlsCipher.Aes128Gcm, TlsCipher.Aes256Gcm, TlsCipher.ChaCha20Poly1305)]
    public TlsCipher Cipher { get; set; } = TlsCipher.Aes128Gcm;

    [GlobalSetup]
    public void Setup()
    {
        _path = new TransmitPath(Cipher);
        _library = new AeadContestant(Cipher, BenchRun.RecordBytes);
    }

    [Benchmark]
    public void Transmit() => _path.Send(1);

    [Benchmark(Baseline = true)]
    public byte Library()
    {
        byte last = 0;
        for (int sent = 0; sent < TransmitPath.ChainBytes; sent += BenchRun.RecordBytes)
        {
            last ^= _library.Library();
        }

        return last;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _library.Dispose();
        _path.Dispose();
        GC.SuppressFinalize(this);
    }
}
