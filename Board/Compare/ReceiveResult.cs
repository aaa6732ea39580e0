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
}
