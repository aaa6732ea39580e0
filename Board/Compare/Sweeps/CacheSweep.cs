using NicEmu.DeviceModel;
using NicEmu.Driver.Ktls;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>How often the card's context cache misses, over the number of TLS connections that take turns.</summary>
internal static class CacheSweep
{
    private const int Content = 1000;
    private const int History = 1 << 11;
    private const int QuickRequests = 6_000;
    private const int FullRequests = 60_000;

    private static readonly SweepColumn[] Columns =
    [
        new("turns", SweepRole.Axis, "1", "Who sends next: each in turn, or any.") { Labels = ["round-robin", "random"] },
        new("cache", SweepRole.Axis, "keys", "Expanded keys that the card holds."),
        new("sessions", SweepRole.Axis, "connections", "TLS connections with a context and a key each in the card."),
        new("requests", SweepRole.Measured, "requests", "Records sent, one request each, after each connection has sent one."),
        new("hits", SweepRole.Measured, "requests", "Requests whose key was in the cache, by the card's count."),
        new("misses", SweepRole.Measured, "requests", "Requests whose key had to be fetched and expanded, by the card's count."),
        new("miss-ratio", SweepRole.Measured, "1", "Misses per request."),
        new("ctx-r", SweepRole.Measured, "bytes", "Key bytes fetched from the card's key memory; a card that pages whole contexts fetches more. Nothing is written back."),
        new("predicted", SweepRole.Predicted, "requests", "What an independent model of the replacement rule makes of the list of turns.") { Of = "misses" },
        new("formula", SweepRole.Formula, "1", "In turn: 0 while all fit, else 1. At random: 1 - cache/sessions.") { Of = "miss-ratio" },
        new("applies", SweepRole.Applies, "1", "Whether there were enough requests for chance to be below five percent.") { Labels = SweepColumn.NoYes },
    ];

    public static SweepDefinition Definition { get; } = new("cache", "How often the card's context cache misses", Columns, Settings(), Measure);

    internal static double[] Measure(bool isRandom, int cache, int sessions, int requests, SeededRandom random, CancellationToken cancellation)
    {
        var content = new byte[Content];
        random.Fork("content").Fill(content);
        using var rig = new CardRig(new NicBoardOptions { Seed = random.Fork("board").NextUInt64(), CachedKeys = cache }, content, cancellation);
        SeededRandom keys = random.Fork("keys");
        SeededRandom turns = random.Fork("turns");
        OrderedTlsSender[] senders = [.. Enumerable.Range(0, sessions).Select(_ => rig.Open(TxStrategy.Reposition, keys, History))];
        var model = new KeyCacheModel(cache);
        for (int i = 0; i < sessions; i++) Send(i);
        rig.Drain(senders[0]);
        ContextCacheStatistics before = rig.Board.Device.ContextCache;
        long modelBefore = model.Misses;
        for (int i = 0; i < requests; i++) Send(isRandom ? turns.Next(sessions) : i % sessions);
        rig.Finish();
        ContextCacheStatistics after = rig.Board.Device.ContextCache;
        double misses = after.Misses - before.Misses;
        double formula = isRandom ? Math.Max(0, 1 - ((double)cache / sessions)) : sessions <= cache ? 0 : 1;
        // Three standard deviations of the number of misses.
        bool applies = !isRandom || formula == 0 || 3 * Math.Sqrt((1 - formula) / (formula * requests)) < 0.05;
        return [requests, after.Hits - before.Hits, misses, misses / requests, after.FetchedBytes - before.FetchedBytes, model.Misses - modelBefore, formula, applies ? 1 : 0];

        void Send(int session)
        {
            cancellation.ThrowIfCancellationRequested();
            OrderedTlsSender sender = senders[session];
            long from = sender.Written;
            sender.WriteRecord(content);
            rig.Drain(sender);
            sender.Send(from, (int)(sender.Written - from), Content + ResyncRun.Overhead);
            sender.Acknowledge(from);
            model.Use(session);
        }
    }

    private static double[] Measure(SweepTask task) =>
        Measure(task.Count(0) == 1, task.Count(1), task.Count(2), task.IsFull ? FullRequests : QuickRequests, task.Random, task.Cancellation);

    private static IEnumerable<(double[] Values, bool IsQuick)> Settings()
    {
        for (int turns = 0; turns < 2; turns++)
        {
            foreach (int cache in (int[])[16, 64, 256])
            {
                foreach (int sessions in (int[])[8, 16, 17, 24, 32, 48, 64, 65, 96, 128, 192, 256, 257, 384, 512, 768, 1000])
                {
                    yield return ([turns, cache, sessions], sessions is not (24 or 48 or 96 or 192 or 384 or 768));
                }
            }
        }
    }
}
