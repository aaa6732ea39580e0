namespace NicEmu.Driver.Paths;

/// <summary>Seals records of one connection some time after it was asked, in the order in which it was asked.</summary>
public interface IRecordEngine
{
    /// <summary>Called when a job was refused and may be offered again.</summary>
    Action? Room { get; set; }

    /// <summary>Takes a job, or refuses it because too many wait.</summary>
    /// <param name="job">The job.</param>
    bool TrySubmit(RecordJob job);
}
