using NicEmu.Spec.Tls;

namespace NicEmu.Cli.Bench;

/// <summary>Measures every figure of the table, one after the other on the calling thread.</summary>
/// <param name="time">How long each figure is measured, beside its warming up.</param>
/// <param name="measured">Receives each figure when it is there.</param>
internal sealed class BenchRun(TimeSpan time, Action<BenchFigure> measured)
{
    /// <summary>TCP payload of a full Ethernet frame with the usual timestamp option.</summary>
    public const int PieceBytes = 1448;

    /// <summary>Payload of the longest record.</summary>
    public const int RecordBytes = 16384;

    /// <summary>Least speed of the record engine at the longest record, in terms of .NET's AesGcm.</summary>
    public const double EngineFloor = 1.0;

    /// <summary>Least speed of the transmit path, in the same terms.</summary>
    public const double TransmitFloor = 0.3;

    private const int ChainsPerRun = 4;

    /// <summary>The algorithms in the order of the table.</summary>
    public static IReadOnlyList<TlsCipher> Ciphers { get; } = [TlsCipher.Aes128Gcm, TlsCipher.Aes256Gcm, TlsCipher.ChaCha20Poly1305];

    /// <summary>The record sizes: a short message, one packet, the longest record.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [64, 1408, RecordBytes];

    /// <summary>An algorithm's name, as its RFC writes it.</summary>
    /// <param name="cipher">The algorithm.</param>
    public static string NameOf(TlsCipher cipher) => cipher switch
    {
        TlsCipher.Aes128Gcm => "AES-128-GCM",
        TlsCipher.Aes256Gcm => "AES-256-GCM",
        _ => "ChaCha20-Poly1305",
    };

    /// <summary>Measures all figures.</summary>
    public IReadOnlyList<BenchFigure> Run()
    {
        List<BenchFigure> figures = [];
        foreach (TlsCipher cipher in Ciphers)
        {
            foreach (int size in Sizes)
            {
                using var contestant = new AeadContestant(cipher, size);
                Add(figures, "engine", cipher, size, new Contestant(() => contestant.Engine(), size), contestant, size == RecordBytes ? EngineFloor : null);
            }
        }

        foreach (TlsCipher cipher in Ciphers)
        {
            using var contestant = new AeadContestant(cipher, RecordBytes);
            Add(figures, "pieces", cipher, RecordBytes, new Contestant(() => contestant.EngineInPieces(PieceBytes), RecordBytes), contestant, null);
        }

        foreach (TlsCipher cipher in Ciphers)
        {
            using var contestant = new AeadContestant(cipher, RecordBytes);
            using var path = new TransmitPath(cipher);
            var subject = new Contestant(() => path.Send(ChainsPerRun), ChainsPerRun * (long)TransmitPath.ChainBytes);
            Add(figures, "transmit", cipher, TransmitPath.ChainBytes, subject, contestant, TransmitFloor);
        }

        return figures;
    }

    private void Add(List<BenchFigure> figures, string path, TlsCipher cipher, int bytes, Contestant subject, AeadContestant contestant, double? floor)
    {
        var baseline = new Contestant(() => contestant.Library(), contestant.Plaintext.Length);
        Comparison speeds = SideBySide.Measure(subject, baseline, time);

        // The promise is about AES-GCM.
        var figure = new BenchFigure(path, NameOf(cipher), bytes, speeds, cipher == TlsCipher.ChaCha20Poly1305 ? null : floor);
        figures.Add(figure);
        measured(figure);
    }
}
