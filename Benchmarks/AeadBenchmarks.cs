using BenchmarkDotNet.Attributes;
using NicEmu.Cli.Bench;
using NicEmu.Spec.Tls;
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

    [Params(TlsCipher.Aes128Gcm, TlsCipher.Aes256Gcm, TlsCipher.ChaCha20Poly1305)]
    public TlsCipher Cipher { get; set; } = TlsCipher.Aes128Gcm;

    [Params(64, 1408, 16384)]
    public int RecordBytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _contestant = new AeadContestant(Cipher, RecordBytes);
        _bouncyCastle = Cipher == TlsCipher.ChaCha20Poly1305 ? new ChaCha20Poly1305() : new GcmBlockCipher(AesUtilities.CreateEngine());
        _parameters = new AeadParameters(new KeyParameter(_contestant.Key), 128, _contestant.Nonce, _contestant.Aad);
        _output = new byte[RecordBytes + 16];
    }

    [Benchmark]
    public byte Engine() => _contestant.Engine();

    [Benchmark]
    public byte EngineInPieces() => _contestant.EngineInPieces(BenchRun.PieceBytes);

    [Benchmark(Baseline = true)]
    public byte Library() => _contestant.Library();

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
