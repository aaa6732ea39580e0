namespace NicEmu.Driver.Ktls;

/// <summary>Tells the card that a record begins at a place.</summary>
/// <param name="sequence">TCP sequence number of the record's first byte; nothing was written from there on.</param>
/// <param name="number">Record number.</param>
/// <param name="done">Receives whether the card took it, now or later.</param>
internal delegate void RecordUpdate(uint sequence, ulong number, Action<bool> done);
