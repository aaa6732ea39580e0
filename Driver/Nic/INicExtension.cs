namespace NicEmu.Driver.Nic;

/// <summary>A further part of a card's driver, with an interrupt vector of its own where there is one left.</summary>
internal interface INicExtension
{
    /// <summary>Runs for the vector; also for events where the card has no vector left.</summary>
    void OnInterrupt();

    /// <summary>The card goes out of use: DMA has ended.</summary>
    void OnReleased();
}
