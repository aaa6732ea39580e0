using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;

namespace NicEmu.Driver.Ktls;

/// <summary>Takes the descriptors of one segment; the caller has made sure that all of them fit, and gives them to the card together.</summary>
internal interface ITlsPoster
{
    void PostPosition(in PositionDescriptor position);

    void PostReplay(ulong handle, ReadOnlySpan<byte> plaintext);

    void PostData(in TxFrame frame);
}
