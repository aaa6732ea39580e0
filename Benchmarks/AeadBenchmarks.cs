using BenchmarkDotNet.Attributes;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace NicEmu.Benchmarks;

/// <summary>Protection of one record: the device model's engine, the class library, BouncyCastle.</summary>
[MemoryDiagnoser]
public class AeadBenchmarks : IDisposable
{
    private AeadContestant _contestant = null!;
    private IAeadCipher _bouncyCastle = null!;
    private AeadParameters _parameters = null!;
    private byte[] _output = null!;

    [Params("AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305")]
    public string Algorithm { get; set; } = "AES-128-GCM";

    [Params(64, 1408, 16384)]
    public int RecordBytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _contestant = new AeadContestant(Algorithm, RecordBytes);
        _bouncyCastle = _contestant.IsGcm
            ? new GcmBlockCipher(AesUtilities.CreateEngine())
            : new Org.BouncyCastle.Crypto.Modes.ChaCha20Poly1305();
        _parameters = new AeadParameters(new KeyParameter(_contestant.RawKey), 128, _contestant.Nonce, _contestant.Aad);
        _output = new byte[RecordBytes + 16];
    }

    [Benchmark]
    public byte Ours() => _contestant.Ours();

    [Benchmark]
    public byte OursInSegments() => _contestant.OursInSegments(1448);

    [Benchmark(Baseline = true)]
    public byte ClassLibrary() => _contestant.ClassLibrary();

    [Benchmark]
    public byte BouncyCastle()
    {
        // Its engine refuses the same nonce twice under one key when sealing, so the nonce moves on.
        _contestant.Nonce[11]++;
        _bouncyCastle.Init(true, _parameters = new AeadParameters(
            (KeyParameter)_parameters.Key, 128, (byte[])_contestant.Nonce.Clone(), _contestant.Aad));
        var written = _bouncyCastle.ProcessBytes(_contestant.Plaintext, 0, RecordBytes, _output, 0);
        _bouncyCastle.DoFinal(_output, written);
        return _output[0];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _contestant.Dispose();
        GC.SuppressFinalize(this);
    }
}
