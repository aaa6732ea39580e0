using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;

namespace NicEmu.Driver.Ktls;

/// <summary>Takes the descriptors of one segment; the caller has made sure that all of them fit, and gives them to the card together.</summary>
internal interface ITlsPoster
{
    /// <summary>Whether so many descriptors and bytes of frames fit now.</summary>
    bool HasSpace(int descriptors, int bytes);

    /// <summary>Most descriptors that a frame with so much payload takes.</summary>
    /// <param name="payloadLength">Bytes.</param>
    /// <param name="pieces">Pieces that they lie in; 1 for bytes that are copied.</param>
    int DescriptorsFor(int payloadLength, int pieces = 1);

    void PostPosition(in PositionDescriptor position);

    void PostSetContext(in SetContextDescriptor context);

    void PostSetProgress(in SetProgressDescriptor progress);

    /// <summary>What SET_CONTEXT and SET_PROGRESS told takes effect before what follows.</summary>
    void PostFence();

    void PostRange(in RangeDescriptor range);

    /// <summary>Posts plaintext that is consumed and not sent, in as many descriptors as the card's limit asks for.</summary>
    void PostReplay(ulong handle, TxBytes plaintext);

    void PostData(in TxFrame frame);
}
