using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Core;

/// <summary>Who may take received frames before a queue of the host is chosen.</summary>
internal interface IFrameSteering
{
    /// <summary>Offers a frame that passed the filters.</summary>
    /// <param name="frame">The frame, valid during the call.</param>
    /// <param name="layout">What the parser found in it.</param>
    /// <param name="flags">Its checksums.</param>
    /// <returns>True when the frame is not for the host.</returns>
    bool Takes(ReadOnlySpan<byte> frame, in FrameLayout layout, RxFlags flags);
}
