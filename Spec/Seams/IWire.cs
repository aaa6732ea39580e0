namespace NicEmu.Spec.Seams;

/// <summary>The wire in a tester's hands: acts as the peer and as the network between.</summary>
public interface IWire
{
    /// <summary>Puts a frame on the wire towards the device.</summary>
    /// <param name="frame">Ethernet frame without frame check sequence.</param>
    void SendToDevice(ReadOnlySpan<byte> frame);

    /// <summary>Takes the oldest frame that the device sent.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>False when none is waiting.</returns>
    bool TryTakeFromDevice(out byte[] frame);
}
