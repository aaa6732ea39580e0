using NicEmu.Spec.Native.Toe;

namespace NicEmu.Firmware.Toe;

/// <summary>Jobs of the card's engines that one direction of a connection waits for together, and how they ended.</summary>
internal sealed class JobGroup
{
    private readonly Action _ended;
    private int _running;

    /// <summary>Begins with no job.</summary>
    /// <param name="ended">Runs when the last job of a group has ended.</param>
    public JobGroup(Action ended)
    {
        _ended = ended;
        OnHost = entry =>
        {
            HasFaulted |= entry.Done != 1;
            Ended();
        };
        OnCrypto = entry =>
        {
            Record = entry;
            Ended();
        };
    }

    /// <summary>Ends a job of the HOST ring.</summary>
    public Action<HostEntry> OnHost { get; }

    /// <summary>Ends a job of the CRYPTO ring.</summary>
    public Action<CryptoEntry> OnCrypto { get; }

    /// <summary>Whether jobs are under way.</summary>
    public bool IsRunning => _running > 0;

    /// <summary>Whether any transfer with the host failed so far.</summary>
    public bool HasFaulted { get; private set; }

    /// <summary>The last record as the engine left it.</summary>
    public CryptoEntry Record { get; private set; }

    /// <summary>Waits for jobs; none is under way.</summary>
    public void Expect(int jobs) => _running = jobs;

    private void Ended()
    {
        if (--_running == 0) _ended();
    }
}
