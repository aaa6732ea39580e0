using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Core;

/// <summary>What became of a <see cref="TxRequest"/>.</summary>
/// <param name="Status">Why the chain completes; on anything but OK no frame of it leaves and no TLS state has moved.</param>
/// <param name="Frames">Frames that will leave.</param>
/// <param name="Backpressure">The port has no room: nothing changed, not even the buffer; offer the same request again after <see cref="INicCoreClient.TxReady"/>.</param>
internal readonly record struct TxOutcome(TxStatus Status, int Frames, bool Backpressure);
