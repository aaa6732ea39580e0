using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Links;

/// <summary>One direction of a bad network: fixed rules first, then chance.</summary>
public sealed class Disturbance
{
    private const int EthernetLength = 14;

    private readonly TraceSource _trace;
    private readonly IScheduler _scheduler;
    private readonly SeededRandom _random;
    private readonly DelayLine _held;
    private readonly FrameHandler _deliver;
    private readonly List<FrameRule> _rules = [];
    private byte[] _frame = new byte[2048];

    internal Disturbance(IScheduler scheduler, TraceSource trace, SeededRandom random, string name, FrameHandler deliver)
    {
        _scheduler = scheduler;
        _trace = trace;
        _random = random;
        _deliver = deliver;
        _held = new DelayLine(scheduler, name, deliver);
    }

    /// <summary>What happens by chance.</summary>
    public LossProfile Profile { get; set; } = LossProfile.None;

    /// <summary>Frames that came so far.</summary>
    public long Frames { get; private set; }

    /// <summary>Frames discarded.</summary>
    public long Dropped { get; private set; }

    /// <summary>Frames held back.</summary>
    public long Reordered { get; private set; }

    /// <summary>Frames delivered twice.</summary>
    public long Duplicated { get; private set; }

    /// <summary>Frames with a bit flipped.</summary>
    public long Corrupted { get; private set; }

    /// <summary>Adds a rule; rules act before chance, the first that hits decides.</summary>
    /// <param name="rule">The rule; it belongs to this direction from now on.</param>
    public void Add(FrameRule rule) => _rules.Add(rule);

    internal void Pass(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        int length = headers.Length + payload.Length;
        if (_frame.Length < length)
        {
            _frame = new byte[length];
        }

        headers.CopyTo(_frame);
        payload.CopyTo(_frame.AsSpan(headers.Length));
        Span<byte> frame = _frame.AsSpan(0, length);
        Frames++;
        FrameRule? rule = null;
        switch (Decide(frame, ref rule))
        {
            case NetworkAction.Dropped:
                Dropped++;
                Report(NetworkAction.Dropped, frame);
                return;
            case NetworkAction.Reordered:
                Reordered++;
                Report(NetworkAction.Reordered, frame);
                _held.Add(frame, default, _scheduler.NowPs + (rule?.DelayPs ?? Profile.ReorderDelayPs));
                return;
            case NetworkAction.Duplicated:
                Duplicated++;
                Report(NetworkAction.Duplicated, frame);
                _held.Add(frame, default, _scheduler.NowPs);
                break;
            case NetworkAction.Corrupted:
                Corrupted++;
                if (rule is { MendsChecksum: true })
                {
                    TcpTamper.ChangeOneByte(frame, _random);
                }
                else if (length > EthernetLength)
                {
                    int bit = _random.Next((length - EthernetLength) * 8);
                    frame[EthernetLength + (bit / 8)] ^= (byte)(1 << (bit % 8));
                }

                Report(NetworkAction.Corrupted, frame);
                break;
            default:
                break;
        }

        _deliver(frame);
    }

    private NetworkAction? Decide(ReadOnlySpan<byte> frame, ref FrameRule? decisive)
    {
        foreach (FrameRule rule in _rules)
        {
            // Every rule sees every frame, so that its count does not depend on the other rules.
            if (rule.Judge(frame) && !rule.OnlyWatches)
            {
                decisive ??= rule;
            }
        }

        if (decisive is not null || Profile.IsNone)
        {
            return decisive?.Action;
        }

        // Four draws for every frame keep the fate of later frames independent of the probabilities.
        bool drop = _random.Chance(Profile.Drop);
        bool reorder = _random.Chance(Profile.Reorder);
        bool duplicate = _random.Chance(Profile.Duplicate);
        bool corrupt = _random.Chance(Profile.Corrupt);
        return drop ? NetworkAction.Dropped : reorder ? NetworkAction.Reordered : duplicate ? NetworkAction.Duplicated : corrupt ? NetworkAction.Corrupted : null;
    }

    private void Report(NetworkAction action, ReadOnlySpan<byte> frame)
    {
        if (_trace.Enabled)
        {
            _trace.Emit(new TraceEvent { Kind = TraceEventKind.NetworkEvent, Code = (int)action, Length = frame.Length }, frame);
        }
    }
}
