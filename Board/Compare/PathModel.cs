namespace NicEmu.Board.Compare;

/// <summary>
/// What a data path is expected to move for each byte served, counted in stages: it predicts, it never counts. A stage moves the content once, or the records that hold it, which are
/// longer.
/// </summary>
/// <param name="ContentStages">Stages of a processor or an accelerator that move content.</param>
/// <param name="RecordStages">Stages that move records, the card's not among them.</param>
/// <param name="ContentStores">Those of the content stages that are ordinary stores of a processor.</param>
/// <param name="RecordStores">Those of the record stages that are.</param>
/// <param name="CardMovesRecords">Whether what the card reads or writes are records.</param>
public readonly record struct PathModel(double ContentStages, double RecordStages, double ContentStores, double RecordStores, bool CardMovesRecords)
{
    /// <summary>Whether lines that are loaded because of a store count: only where the kind of store is what the path is about.</summary>
    public bool ChargesWriteAllocate { get; init; }

    /// <summary>Memory bytes for each byte served.</summary>
    /// <param name="hitRatio">Share of the bytes that storage did not have to bring.</param>
    /// <param name="expansion">Bytes that records add to the content, for each byte of it.</param>
    /// <param name="again">Bytes sent again for each byte served, record bytes that the card read only to encrypt included.</param>
    public double Predict(double hitRatio, double expansion, double again = 0)
    {
        double record = 1 + expansion;
        double stores = ChargesWriteAllocate ? ContentStores + (RecordStores * record) : 0;
        return 1 - hitRatio + ContentStages + (RecordStages * record) + stores + (CardMovesRecords ? record : 1) + again;
    }
}
