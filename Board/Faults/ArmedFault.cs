using NicEmu.Board.Time;

namespace NicEmu.Board.Faults;

/// <summary>A fault that was put into a run, and whether it struck.</summary>
public sealed class ArmedFault
{
    private readonly EventLoop _loop;
    private readonly SeededRandom _random;
    private long _candidates;

    internal ArmedFault(FaultSpecification specification, EventLoop loop, SeededRandom random)
    {
        Specification = specification;
        _loop = loop;
        _random = random;
        bool isCounted = specification.When.Moment != FaultMoment.Rate || specification.Given.ContainsKey("count");
        Most = !isCounted ? long.MaxValue : specification.Definition.Parameters.Any(static p => p.Name == "count") ? specification.Number("count") : 1;
    }

    /// <summary>What was asked for.</summary>
    public FaultSpecification Specification { get; }

    /// <summary>How often it struck.</summary>
    public long Hits { get; private set; }

    /// <summary>Virtual time of the first hit in picoseconds; null before.</summary>
    public long? FirstHitPs { get; private set; }

    /// <summary>What could not be hit or done, in words; null when nothing is to be said.</summary>
    public string? Remark { get; internal set; }

    internal SeededRandom Random => _random;

    internal long Most { get; }

    /// <summary>Asks, for each thing that the fault can hit in their order, whether it strikes; the answer yes counts as a hit.</summary>
    /// <param name="transaction">Number of the host port's transaction; 0 elsewhere.</param>
    internal bool Strikes(long transaction = 0)
    {
        if (!IsDue(transaction))
        {
            return false;
        }

        Hit();
        return true;
    }

    /// <summary>As <see cref="Strikes"/>, without counting the hit.</summary>
    internal bool IsDue(long transaction = 0)
    {
        long number = _candidates++;
        if (Hits >= Most)
        {
            return false;
        }

        FaultTrigger when = Specification.When;
        return when.Moment switch
        {
            FaultMoment.Time => _loop.NowPs >= when.Number,
            FaultMoment.Rate => _random.Chance(when.Probability),
            FaultMoment.Dma => transaction >= when.Number,
            _ => number >= when.Number,
        };
    }

    internal void Hit()
    {
        Hits++;
        FirstHitPs ??= _loop.NowPs;
    }
}
