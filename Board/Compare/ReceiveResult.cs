namespace NicEmu.Board.Compare;

/// <summary>What the receiving path did.</summary>
/// <param name="Result">The same as of every path; what it should have moved follows from the three numbers of records.</param>
/// <param name="RecordsByCard">Records that the card decrypted wholly.</param>
/// <param name="RecordsMixed">Records that the card decrypted in part, which the processor encrypted again and opened.</param>
/// <param name="RecordsUntouched">Records that the processor opened as they were on the wire.</param>
/// <param name="ReencryptedBytes">Bytes that the processor encrypted again: it loaded and stored as many.</param>
public sealed record ReceiveResult(PathResult Result, long RecordsByCard, long RecordsMixed, long RecordsUntouched, long ReencryptedBytes)
{
    /// <summary>Share of the mixed records that the card had decrypted: d of 5 + 2d; 0 without any.</summary>
    public double Decrypted => RecordsMixed == 0 ? 0 : (double)ReencryptedBytes / (RecordsMixed * Result.PayloadBytes / Result.Records);

    /// <summary>Puts together what a run did: what should have moved follows from what was done with each record, 3 for one by the card, 5 for one left alone, 5 + 2d for a mixed one.</summary>
    /// <param name="result">What was counted.</param>
    /// <param name="byCard">Records that the card decrypted wholly.</param>
    /// <param name="mixed">Records that it decrypted in part.</param>
    /// <param name="untouched">Records that it left as they were.</param>
    /// <param name="reencrypted">Bytes that the processor encrypted again.</param>
    internal static ReceiveResult Of(PathResult result, long byCard, long mixed, long untouched, long reencrypted)
    {
        ArgumentNullException.ThrowIfNull(result);
        long all = byCard + mixed + untouched;
        double stages = all == 0 ? 0 : ((3.0 * byCard) + (5.0 * (mixed + untouched))) / all;
        string by = result.Path.CardStateBytes > 0 ? $"{result.Path.CryptoBy}: {byCard} records, {mixed} in part, {untouched} by the processor" : result.Path.CryptoBy;
        double again = result.PayloadBytes == 0 ? 0 : 2.0 * reencrypted / result.PayloadBytes;
        double arrivedTwice = result.PerByte(Driver.Memory.MemoryTraffic.NicWrite) - (1 + result.Expansion);
        return new(result with { Path = result.Path with { CryptoBy = by }, OwnExpectedK = (stages * (1 + result.Expansion)) + again + arrivedTwice }, byCard, mixed, untouched, reencrypted);
    }
}
