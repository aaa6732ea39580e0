using NicEmu.Driver.Kernel;

namespace NicEmu.Board.Sessions;

/// <summary>Changes keys each time that so many records of content have passed.</summary>
/// <param name="updater">Changes them.</param>
/// <param name="records">Records between two updates; 0 for no updates of its own, so that the peer's are answered only.</param>
/// <param name="recordBytes">Longest content of a record that is sent.</param>
/// <param name="asksPeer">The peer sends updates when it is asked only: the records that come count too.</param>
internal sealed class RekeySchedule(KeyUpdater updater, int records, int recordBytes, bool asksPeer)
{
    private int _sent;
    private int _received;

    /// <summary>Changes the keys that are due, and answers the peer.</summary>
    /// <returns>False when a message did not fit; content must wait for it.</returns>
    public bool TryKeepUp()
    {
        updater.Answer();
        if (records == 0 || (_sent < records && _received < records))
        {
            return true;
        }

        if (!updater.TryUpdate(asksPeer))
        {
            return false;
        }

        (_sent, _received) = (0, 0);
        return true;
    }

    /// <summary>Content that may be sent before the next update, in bytes.</summary>
    /// <param name="wanted">Content that waits.</param>
    public int Limit(int wanted) => records == 0 ? wanted : (int)Math.Min(wanted, (long)(records - _sent) * recordBytes);

    /// <summary>Content was sent.</summary>
    public void OnSent(int bytes) => _sent += (bytes + recordBytes - 1) / recordBytes;

    /// <summary>A record of content came.</summary>
    public void OnReceived() => _received += asksPeer ? 1 : 0;
}
