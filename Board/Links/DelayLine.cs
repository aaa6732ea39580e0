using System.Buffers;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Links;

/// <summary>Frames on their way, delivered in order of arrival time and then of sending, each as an event of its own.</summary>
internal sealed class DelayLine
{
    private readonly PriorityQueue<(byte[] Buffer, int Length), (long DeadlinePs, long Order)> _frames = new();
    private readonly FrameHandler _deliver;
    private readonly ITimer _timer;
    private long _sent;

    public DelayLine(IScheduler scheduler, string name, FrameHandler deliver)
    {
        _deliver = deliver;
        _timer = scheduler.CreateTimer(name, DeliverFirst);
    }

    /// <summary>Frames not delivered yet.</summary>
    public int Count => _frames.Count;

    public void Add(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload, long deadlinePs)
    {
        int length = headers.Length + payload.Length;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        headers.CopyTo(buffer);
        payload.CopyTo(buffer.AsSpan(headers.Length));
        _frames.Enqueue((buffer, length), (deadlinePs, _sent++));
        _timer.ArmNoLaterThan(deadlinePs);
    }

    /// <summary>Forgets all frames on their way: the cable was cut.</summary>
    public void Clear()
    {
        while (_frames.TryDequeue(out (byte[] Buffer, int Length) frame, out _))
        {
            ArrayPool<byte>.Shared.Return(frame.Buffer);
        }

        _timer.Cancel();
    }

    private void DeliverFirst()
    {
        (byte[] buffer, int length) = _frames.Dequeue();
        if (_frames.TryPeek(out _, out (long DeadlinePs, long Order) next))
        {
            _timer.ArmAt(next.DeadlinePs);
        }

        _deliver(buffer.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
