using System.Runtime.InteropServices;
using NicEmu.Conformance.Sanitizer.Rules;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Registers;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>All rings of one card.</summary>
internal sealed class QueueSet
{
    private const int Pairs = NativeDevice.QueuePairs;
    private const int PhaseWord = 4;

    private readonly RegisterShadow _registers;
    private readonly VectorWatch _vectors;
    private readonly FindingLog _log;
    private readonly TxQueueWatch[] _tx = new TxQueueWatch[Pairs];
    private readonly RxQueueWatch[] _rx = new RxQueueWatch[Pairs];
    private readonly CompletionWatch[] _completions = new CompletionWatch[(2 * Pairs) + 1];
    private readonly List<CompletionWatch> _running = [];
    private readonly byte[] _body = new byte[64];
    private bool _hasReset;

    public QueueSet(int device, RegisterShadow registers, VectorWatch vectors, TlsWatch tls, SanitizerOptions options, FindingLog log)
    {
        (_registers, _vectors, _log) = (registers, vectors, log);
        for (int i = 0; i < Pairs; i++)
        {
            _tx[i] = new TxQueueWatch(i, device, tls, options, log);
            _rx[i] = new RxQueueWatch(i, device, options, log);
            _completions[2 * i] = new CompletionWatch(_tx[i].Subject, log);
            _completions[(2 * i) + 1] = new CompletionWatch(_rx[i].Subject, log);
        }

        _completions[^1] = new CompletionWatch("event ring", log);
    }

    /// <summary>Names of the rings that are enabled.</summary>
    public string Enabled => string.Join(
        ", ", _tx.Where(static q => q.IsEnabled).Select(static q => q.Subject).Concat(_rx.Where(static q => q.IsEnabled).Select(static q => q.Subject)).Concat(_completions[^1].IsEnabled ? ["event ring"] : []));

    public SanitizerRule WhatIsWrongWithTail(bool transmit, int queue, uint tail)
    {
        bool enabled = transmit ? _tx[queue].IsEnabled : _rx[queue].IsEnabled;
        if (!enabled)
        {
            return _hasReset ? LifecycleRules.QueueAfterReset : RingRules.DoorbellStopped;
        }

        int ahead = unchecked((int)(tail - (transmit ? _tx[queue].Tail : _rx[queue].Tail)));
        return ahead < 0 ? RingRules.DoorbellBackwards : RingRules.DoorbellBeyond;
    }

    public void Written(in TraceEvent e, RegisterPlace place)
    {
        int queue = place.Instance;
        DoorbellBlock doorbell = NativeMap.Doorbell;
        if (place.Block == doorbell)
        {
            Rung(e, queue, place.Register, doorbell);
            return;
        }

        uint before = _registers.Read(place.Block, place.Register, queue);
        _registers.Write(e.Index, e.Address, e.Length, e.Value);
        uint after = _registers.Read(place.Block, place.Register, queue);
        if (place.Block == NativeMap.TxQueue && place.Register == NativeMap.TxQueue.Control)
        {
            Controlled(NativeMap.TxQueue, queue, before, after, e.TimePs);
        }
        else if (place.Block == NativeMap.RxQueue && place.Register == NativeMap.RxQueue.Control)
        {
            Controlled(NativeMap.RxQueue, queue, before, after, e.TimePs);
        }
        else if (place.Block == NativeMap.Event)
        {
            EventRegister(e, place.Register, after);
        }
    }

    public void MemoryRead(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        foreach (RxQueueWatch queue in _rx)
        {
            if (queue.Read(e, data))
            {
                return;
            }
        }

        foreach (TxQueueWatch queue in _tx)
        {
            if (queue.Read(e, data))
            {
                return;
            }
        }
    }

    public void MemoryWritten(in TraceEvent e, ReadOnlySpan<byte> data, DeviceWatch device)
    {
        foreach (CompletionWatch ring in _running)
        {
            if (!ring.Holds(e.Address))
            {
                continue;
            }

            if (e.Length != PhaseWord)
            {
                data[..Math.Min(data.Length, _body.Length)].CopyTo(_body);
                return;
            }

            data.CopyTo(_body.AsSpan(ring.EntryBytes - PhaseWord));
            Produced(ring, e.TimePs, device);
            return;
        }
    }

    public void Gathered(in TraceEvent e, ReadOnlySpan<byte> frame)
    {
        if ((uint)e.Index < Pairs)
        {
            _tx[e.Index].History.Add(e);
            _tx[e.Index].Gathered(frame);
        }
    }

    public void Completed(in TraceEvent e)
    {
        if ((uint)e.Index >= Pairs)
        {
            return;
        }

        if ((e.Flags & 1) != 0)
        {
            _rx[e.Index].Completed(e);
        }
        else
        {
            _tx[e.Index].Completed(e);
        }
    }

    public void Fired(in TraceEvent e)
    {
        for (int i = 0; i < Pairs; i++)
        {
            Fire(_completions[2 * i], VectorOf(NativeMap.TxQueue, i), e);
            Fire(_completions[(2 * i) + 1], VectorOf(NativeMap.RxQueue, i), e);
        }

        Fire(_completions[^1], NativeDevice.EventVector, e);
    }

    public void Reset()
    {
        _hasReset |= Enabled.Length > 0;
        foreach (TxQueueWatch queue in _tx) queue.Disable();
        foreach (RxQueueWatch queue in _rx) queue.Disable();
        foreach (CompletionWatch ring in _completions) ring.Disable();
        _running.Clear();
    }

    public void Finish(long nowPs)
    {
        foreach (CompletionWatch ring in _running)
        {
            ring.CheckForgotten(nowPs);
        }

        foreach (TxQueueWatch queue in _tx)
        {
            queue.CheckOpenChain();
        }
    }

    private static void Fire(CompletionWatch ring, int vector, in TraceEvent e)
    {
        if (ring.IsEnabled && vector == e.Index)
        {
            ring.Fired(e.TimePs);
        }
    }

    private int VectorOf(QueueBlock block, int queue) => (int)_registers.Read(block, block.Vector, queue);

    private CompletionWatch CompletionsOf(QueueBlock block, int queue) => _completions[(2 * queue) + (block == NativeMap.RxQueue ? 1 : 0)];

    private void Rung(in TraceEvent e, int queue, Register register, DoorbellBlock doorbell)
    {
        var index = (uint)e.Value;
        if (register == doorbell.TxTail)
        {
            _tx[queue].History.Add(e);
            _tx[queue].TailWritten(index);
        }
        else if (register == doorbell.RxTail)
        {
            _rx[queue].History.Add(e);
            _rx[queue].TailWritten(index);
        }
        else if (register == doorbell.TxConsumer || register == doorbell.RxConsumer)
        {
            _completions[(2 * queue) + (register == doorbell.RxConsumer ? 1 : 0)].Consumed(index, e.TimePs);
        }
        else if (register == doorbell.TxArm || register == doorbell.RxArm)
        {
            QueueBlock block = register == doorbell.RxArm ? NativeMap.RxQueue : NativeMap.TxQueue;
            Arm(CompletionsOf(block, queue), register == doorbell.RxArm ? _rx[queue].Subject : _tx[queue].Subject, VectorOf(block, queue), index, e);
        }
    }

    private void Arm(CompletionWatch ring, string subject, int vector, uint index, in TraceEvent e)
    {
        if (!ring.IsEnabled)
        {
            return;
        }

        ring.History.Add(e);
        ring.Armed(index, e.TimePs);
        if (_vectors.Obstacle(vector) is { } obstacle)
        {
            _log.Report(LifecycleRules.VectorUnprepared, subject, $"The ring was armed, its vector is {vector}, and {obstacle}.", ring.History);
        }
    }

    private void EventRegister(in TraceEvent e, Register register, uint value)
    {
        EventBlock block = NativeMap.Event;
        CompletionWatch ring = _completions[^1];
        if (register == block.Control)
        {
            if (block.Enable.Extract(value) == 0)
            {
                Stop(ring);
            }
            else if (!ring.IsEnabled)
            {
                Start(ring, "event ring", _registers.ReadPair(block, block.Base, 0), (int)block.SizeLog2.Extract(_registers.Read(block, block.RingSize, 0)), Marshal.SizeOf<EventEntry>(), e.TimePs);
            }
        }
        else if (register == block.Consumer)
        {
            ring.Consumed(value, e.TimePs);
        }
        else if (register == block.Arm)
        {
            Arm(ring, "event ring", NativeDevice.EventVector, value, e);
        }
    }

    private void Controlled(QueueBlock block, int queue, uint before, uint after, long nowPs)
    {
        bool transmit = block == NativeMap.TxQueue;
        CompletionWatch ring = CompletionsOf(block, queue);
        if (block.Reset.Extract(after) != 0 || block.Enable.Extract(after) == 0)
        {
            if (transmit)
            {
                _tx[queue].CheckOpenChain();
                _tx[queue].Disable();
            }
            else
            {
                _rx[queue].Disable();
            }

            Stop(ring);
            return;
        }

        if (block.Enable.Extract(before) != 0)
        {
            return;
        }

        ulong address = _registers.ReadPair(block, block.Base, queue);
        var log2 = (int)block.SizeLog2.Extract(_registers.Read(block, block.RingSize, queue));
        ulong bytes = (transmit ? 64UL : 16UL) << (log2 & 31);
        CheckOverlap(transmit ? _tx[queue].Subject : _rx[queue].Subject, address, bytes, queue, transmit);
        if (transmit)
        {
            _tx[queue].Enable(address, log2);
        }
        else
        {
            _rx[queue].Enable(address, log2);
        }

        ulong completions = _registers.ReadPair(block, block.CompletionBase, queue);
        var completionLog2 = (int)block.CompletionSizeLog2.Extract(_registers.Read(block, block.CompletionSize, queue));
        Start(ring, transmit ? _tx[queue].Subject : _rx[queue].Subject, completions, completionLog2, transmit ? 16 : 64, nowPs);
    }

    private void Start(CompletionWatch ring, string subject, ulong address, int log2, int entryBytes, long nowPs)
    {
        CheckOverlap(subject + " completions", address, (ulong)entryBytes << (log2 & 31), -1, false);
        ring.Enable(address, log2, entryBytes, nowPs);
        _running.Add(ring);
    }

    private void Stop(CompletionWatch ring)
    {
        ring.Disable();
        _running.Remove(ring);
    }

    private void CheckOverlap(string subject, ulong address, ulong bytes, int queue, bool transmit)
    {
        foreach (CompletionWatch ring in _running)
        {
            if (address < ring.Base + ((ulong)ring.Entries * (ulong)ring.EntryBytes) && ring.Base < address + bytes)
            {
                _log.Report(RingRules.RingsOverlap, subject, $"The ring at 0x{address:X}, {bytes} bytes, overlaps the one at 0x{ring.Base:X}.", queue >= 0 ? (transmit ? _tx[queue].History : _rx[queue].History) : null);
                return;
            }
        }
    }

    private void Produced(CompletionWatch ring, long nowPs, DeviceWatch device)
    {
        bool isFull = ring.Produced(nowPs);
        int at = Array.IndexOf(_completions, ring);
        if (at == 2 * Pairs)
        {
            device.Told(MemoryMarshal.Read<EventEntry>(_body));
            if (isFull)
            {
                _log.Report(RingRules.EventsLost, "event ring", $"{ring.Entries} entries wait; the next one is lost.", ring.History);
            }

            return;
        }

        bool receive = at % 2 != 0;
        if (receive && MemoryMarshal.Read<RxCompletion>(_body) is { Verdict: RxVerdict.ResyncRequest } completion)
        {
            device.Asked(completion, nowPs);
        }

        if (isFull && (receive ? _rx[at / 2].Outstanding : _tx[at / 2].Outstanding) > 0)
        {
            _log.Report(RingRules.CompletionsFull, receive ? _rx[at / 2].Subject : _tx[at / 2].Subject, $"{ring.Entries} completions wait, and descriptors are still to be done.", ring.History);
        }
    }
}
