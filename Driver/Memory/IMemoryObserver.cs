namespace NicEmu.Driver.Memory;

/// <summary>Hears of every counted access with the bytes that moved. <see cref="MemoryTraffic.WriteAllocate"/> is no access.</summary>
public interface IMemoryObserver
{
    /// <summary>Bytes were read.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="data">What the reader got; valid during the call.</param>
    void OnRead(MemoryTraffic kind, ulong address, ReadOnlySpan<byte> data);

    /// <summary>Bytes were written.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="data">What the writer gave; valid during the call.</param>
    void OnWrite(MemoryTraffic kind, ulong address, ReadOnlySpan<byte> data);
}
