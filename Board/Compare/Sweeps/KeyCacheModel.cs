namespace NicEmu.Board.Compare.Sweeps;

/// <summary>
/// The rule of second chance, written as a queue: what is at its front and was used since it came there goes to its end unused; what was not used makes
/// room. What comes in counts as used. Tells from a list of uses alone how many miss.
/// </summary>
/// <param name="capacity">Entries, at least 1.</param>
public sealed class KeyCacheModel(int capacity)
{
    private readonly Queue<int> _queue = new();
    private readonly HashSet<int> _held = [];
    private readonly HashSet<int> _used = [];

    /// <summary>Uses that found nothing.</summary>
    public long Misses { get; private set; }

    /// <summary>Uses an entry.</summary>
    /// <param name="entry">Any number that names it.</param>
    public void Use(int entry)
    {
        _used.Add(entry);
        if (_held.Contains(entry)) return;
        Misses++;
        while (_held.Count == capacity)
        {
            int first = _queue.Dequeue();
            if (_used.Remove(first)) _queue.Enqueue(first);
            else _held.Remove(first);
        }

        _held.Add(entry);
        _queue.Enqueue(entry);
    }
}
