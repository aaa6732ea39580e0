using NicEmu.Board.Faults;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Bus;

/// <summary>Stands between a device and its host port and fails chosen transactions; all others pass unchanged.</summary>
/// <param name="inner">The real port.</param>
public sealed class FaultyHostPort(IHostPort inner) : IHostPort
{
    private readonly Dictionary<long, BusStatus> _byNumber = [];
    private readonly List<(ulong Start, ulong Length, BusStatus Status)> _byAddress = [];
    private int _interruptsToDrop;
    private IHostPort _next = inner;

    /// <summary>Transactions so far, failed ones included: the next one has this number.</summary>
    public long Transactions { get; private set; }

    /// <summary>Number of the transaction that is under way.</summary>
    internal long Current => Transactions - 1;

    /// <summary>Transactions failed so far.</summary>
    public long Failures { get; private set; }

    /// <summary>Called before every transaction with its number, so that a test may reset or write registers in the midst of a step.</summary>
    public Action<long>? BeforeTransaction { get; set; }

    /// <summary>Fails one transaction by its number.</summary>
    /// <param name="number">Number counted from 0 over reads, writes and interrupts.</param>
    /// <param name="status">What the device is told.</param>
    public void FailAt(long number, BusStatus status = BusStatus.Aborted) => _byNumber[number] = status;

    /// <summary>Fails every DMA that touches a range of bus addresses.</summary>
    /// <param name="start">First address.</param>
    /// <param name="length">Length in bytes.</param>
    /// <param name="status">What the device is told.</param>
    public void FailRange(ulong start, ulong length, BusStatus status = BusStatus.Aborted) => _byAddress.Add((start, length, status));

    /// <summary>Loses the next interrupts: the device believes that they were taken.</summary>
    /// <param name="count">How many.</param>
    public void DropInterrupts(int count) => _interruptsToDrop = count;

    /// <summary>Puts a fault of another kind before those that are there.</summary>
    internal void Insert(Func<IHostPort, PortFault> fault) => _next = fault(_next);

    /// <summary>Forgets all failures that were asked for by number or address.</summary>
    public void Heal()
    {
        _byNumber.Clear();
        _byAddress.Clear();
        _interruptsToDrop = 0;
    }

    /// <inheritdoc/>
    public BusStatus Read(ulong address, Span<byte> data) => Judge(address, data.Length) is { } fault ? fault : _next.Read(address, data);

    /// <inheritdoc/>
    public BusStatus Write(ulong address, ReadOnlySpan<byte> data) => Judge(address, data.Length) is { } fault ? fault : _next.Write(address, data);

    /// <inheritdoc/>
    public BusStatus Interrupt(int vector, in MsixMessage message)
    {
        if (Judge(0, 0) is { } fault) return fault;
        if (_interruptsToDrop == 0) return _next.Interrupt(vector, message);
        _interruptsToDrop--;
        Failures++;
        return BusStatus.Ok;
    }

    private BusStatus? Judge(ulong address, int length)
    {
        long number = Transactions++;
        BeforeTransaction?.Invoke(number);
        if (_byNumber.Remove(number, out BusStatus status))
        {
            Failures++;
            return status;
        }

        foreach ((ulong start, ulong rangeLength, BusStatus rangeStatus) in _byAddress)
        {
            if (length > 0 && (address >= start ? address - start < rangeLength : start - address < (ulong)length))
            {
                Failures++;
                return rangeStatus;
            }
        }

        return null;
    }
}
