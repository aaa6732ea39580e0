using System.Collections.Immutable;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Core;

/// <summary>What each transmit queue was told about the place of its next chain: a one-shot place, and parameters that wait for a fence.</summary>
internal sealed class TxPlacement(CoreGeometry geometry, TlsEngine tls, TraceSource trace, CounterFile counters)
{
    private readonly TxPositionSlot[] _positions = new TxPositionSlot[geometry.Queues];
    private readonly TxParameterSlot[] _parameters = new TxParameterSlot[geometry.Queues];

    /// <summary>The one-shot place of a queue.</summary>
    /// <param name="queue">Transmit queue.</param>
    public ref TxPositionSlot PositionOf(int queue) => ref _positions[queue];

    /// <summary>Places the next TLS chain of a queue.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="position">The place.</param>
    public TxStatus Position(int queue, in PositionParameters position)
    {
        var place = new TxPosition(
            position.RecordStartSequence, position.RecordNumber, position.ExplicitNonce, position.LengthField, position.RecordType, position.HeaderVersion,
            position.Advance);
        return Report(tls.Position(position.Handle, queue, place, ref _positions[queue]), queue, position.Handle);
    }

    /// <summary>Describes the next TLS chain of a queue.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="range">The range.</param>
    public TxStatus Range(int queue, in RangeParameters range)
    {
        var place = new TxPosition(0, range.RecordNumber, range.ExplicitNonce, range.LengthField, range.RecordType, range.HeaderVersion, false);
        var window = new TxWindow(range.Offset, range.Length, range.Skip);
        return Report(tls.Range(range.Handle, queue, place, window, ref _positions[queue]), queue, range.Handle);
    }

    /// <summary>Feeds record bytes that precede the next chain.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="handle">Transmit context.</param>
    /// <param name="plaintext">The bytes.</param>
    public TxStatus Replay(int queue, ulong handle, ReadOnlySpan<byte> plaintext)
    {
        TxStatus status = tls.Replay(handle, queue, plaintext, ref _positions[queue], ref _parameters[queue]);
        counters.Values.TxTlsReplayBytes += status == TxStatus.Ok ? (ulong)plaintext.Length : 0;
        return Report(status, queue, handle);
    }

    /// <summary>Tells a positional context the record number that its next placement begins with.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="handle">Transmit context.</param>
    /// <param name="version">TLS version of the context.</param>
    /// <param name="recordNumber">Record sequence number.</param>
    public TxStatus SetContext(int queue, ulong handle, TlsVersion version, ulong recordNumber)
    {
        TxStatus status = tls.Break(ref _positions[queue]);
        if (status == TxStatus.Ok)
        {
            status = tls.SetContext(handle, queue, version, recordNumber, ref _parameters[queue]);
        }

        return Report(status, queue, handle);
    }

    /// <summary>Tells a positional context to stand before a record.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="handle">Transmit context.</param>
    /// <param name="recordStart">TCP sequence number of the record's first byte.</param>
    public TxStatus SetProgress(int queue, ulong handle, uint recordStart)
    {
        TxStatus status = tls.Break(ref _positions[queue]);
        if (status == TxStatus.Ok)
        {
            status = tls.SetProgress(handle, queue, recordStart, ref _parameters[queue]);
        }

        return Report(status, queue, handle);
    }

    /// <summary>What was told takes effect.</summary>
    /// <param name="queue">Transmit queue.</param>
    public void Fence(int queue) => tls.Fence(queue, ref _parameters[queue]);

    /// <summary>A descriptor that moves the place of a context was refused.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="handle">Transmit context; no matter what else.</param>
    public void Stop(int queue, ulong handle) => tls.StopTx(handle, queue, ref _parameters[queue]);

    /// <summary>A fence was refused.</summary>
    /// <param name="queue">Transmit queue.</param>
    public void StopWaiting(int queue) => tls.StopWaiting(queue, ref _parameters[queue]);

    /// <summary>A context was bound to another queue: what waited for it on the old one will not take effect.</summary>
    /// <param name="handle">Transmit context.</param>
    /// <param name="to">The new queue.</param>
    public void Moved(ulong handle, int to)
    {
        for (int queue = 0; queue < _parameters.Length; queue++)
        {
            if (queue != to && _parameters[queue].IsActive && _parameters[queue].Handle == handle)
            {
                tls.StopTx(handle, to, ref _parameters[queue]);
            }
        }
    }

    /// <summary>Clears the one-shot place of a queue.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <returns>True when one was waiting.</returns>
    public bool Cancel(int queue) => tls.Break(ref _positions[queue]) != TxStatus.Ok;

    /// <summary>Forgets all that a queue was told.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="hadWork">Whether descriptors went with it.</param>
    public void Forget(int queue, bool hadWork)
    {
        Cancel(queue);
        StopWaiting(queue);
        if (hadWork)
        {
            tls.StopAll(queue);
        }
    }

    /// <summary>The one-shot places, copied.</summary>
    public ImmutableArray<TxPositionSlot> SavePositions() => [.. _positions];

    /// <summary>The parameters that wait, copied.</summary>
    public ImmutableArray<TxParameterSlot> SaveParameters() => [.. _parameters];

    /// <summary>Puts a saved state back.</summary>
    /// <param name="positions">One for each queue.</param>
    /// <param name="parameters">One for each queue.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public void Restore(ReadOnlySpan<TxPositionSlot> positions, ReadOnlySpan<TxParameterSlot> parameters)
    {
        if (positions.Length != _positions.Length || parameters.Length != _parameters.Length)
        {
            throw new ArgumentException("The snapshot is of another number of queues.", nameof(positions));
        }

        positions.CopyTo(_positions);
        parameters.CopyTo(_parameters);
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Array.Clear(_positions);
        Array.Clear(_parameters);
    }

    /// <summary>Reports a refusal.</summary>
    /// <param name="status">Its reason, or OK.</param>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="handle">Transmit context.</param>
    /// <returns>The status.</returns>
    public TxStatus Report(TxStatus status, int queue, ulong handle)
    {
        if (status is TxStatus.ContextInvalid or TxStatus.KeyStale)
        {
            trace.GuestError(GuestErrorCode.StaleHandle, "a transmit descriptor names no usable TLS context", value: (ulong)status, index: queue, handle: handle);
        }
        else if (status != TxStatus.Ok)
        {
            trace.GuestError(GuestErrorCode.TlsSequence, "a transmit descriptor does not fit its TLS context", value: (ulong)status, index: queue, handle: handle);
        }

        return status;
    }
}
