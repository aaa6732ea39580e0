using NicEmu.Spec.Native;

namespace NicEmu.Driver.Nic;

/// <summary>Who uses a card: hears what it does, in interrupts and timers of the driver.</summary>
public interface INicClient
{
    /// <summary>The card is in use now.</summary>
    void OnRunning()
    {
    }

    /// <summary>A frame came in.</summary>
    /// <param name="queue">Receive queue.</param>
    /// <param name="frame">The frame, valid during the call.</param>
    /// <param name="completion">What the card says about it.</param>
    void OnFrame(int queue, ReadOnlySpan<byte> frame, in RxCompletion completion)
    {
    }

    /// <summary>The frames of one look into a receive queue were handed over.</summary>
    /// <param name="queue">Receive queue.</param>
    void OnRxReaped(int queue)
    {
    }

    /// <summary>A queue that had refused a frame has room again.</summary>
    /// <param name="queue">Transmit queue.</param>
    void OnTxRoom(int queue)
    {
    }

    /// <summary>Completions of a transmit queue were taken: what its descriptors named is not read any more.</summary>
    /// <param name="queue">Transmit queue.</param>
    void OnTxReaped(int queue)
    {
    }

    /// <summary>The card refused a descriptor.</summary>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="failure">What and why.</param>
    void OnTxFailure(int queue, in TxFailure failure)
    {
    }

    /// <summary>The link came up or went down.</summary>
    /// <param name="up">Whether it is up now.</param>
    void OnLinkChanged(bool up)
    {
    }

    /// <summary>The card queued an event that is not about the link or the mailbox.</summary>
    /// <param name="entry">The event.</param>
    void OnEvent(in EventEntry entry)
    {
    }

    /// <summary>The card went out of use after an error.</summary>
    /// <param name="error">Why.</param>
    void OnFailed(NicError error)
    {
    }
}
