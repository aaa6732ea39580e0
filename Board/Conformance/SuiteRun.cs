using NicEmu.Conformance.Core;

namespace NicEmu.Board.Conformance;

/// <summary>Runs cases, several at a time where the target allows it, and hands the results over in the order of the numbers.</summary>
/// <param name="target">What is judged; its <see cref="IConformanceTarget.Run"/> may be called by several threads at once.</param>
/// <param name="seed">Decides about everything that is drawn.</param>
public sealed class SuiteRun(IConformanceTarget target, ulong seed)
{
    /// <summary>Called for each result as soon as all before it are there; never by two threads at once.</summary>
    public Action<CaseResult>? Finished { get; init; }

    /// <summary>Runs the cases.</summary>
    /// <param name="cases">Which.</param>
    /// <param name="cancellation">Ends the run behind the cases that are running.</param>
    /// <returns>Results of those that ran.</returns>
    public IReadOnlyList<CaseResult> Run(IReadOnlyList<ConformanceCase> cases, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var results = new CaseResult?[cases.Count];
        var gate = new Lock();
        int reported = 0;
        Parallel.For(0, cases.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (i, state) =>
        {
            if (cancellation.IsCancellationRequested)
            {
                state.Stop();
                return;
            }

            CaseResult result = target.Run(cases[i], seed);
            lock (gate)
            {
                results[i] = result;
                while (reported < results.Length && results[reported] is { } next)
                {
                    reported++;
                    Finished?.Invoke(next);
                }
            }
        });
        return [.. results.OfType<CaseResult>()];
    }
}
