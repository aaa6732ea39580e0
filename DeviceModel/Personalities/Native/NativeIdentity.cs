using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Pci;
using NicEmu.Spec.Native;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>The numbers of <see cref="NativeDevice"/> in the shapes that the parts take.</summary>
internal static class NativeIdentity
{
    /// <summary>Identity on the PCI bus.</summary>
    public static PciIdentity Pci { get; } = new()
    {
        VendorId = NativeDevice.VendorId,
        DeviceId = NativeDevice.DeviceId,
        Revision = NativeDevice.Revision,
        ClassCode = NativeDevice.ClassCode,
        SubsystemVendorId = NativeDevice.VendorId,
        SubsystemId = NativeDevice.DeviceId,
        Vectors = NativeDevice.Vectors,
        MsixBar = NativeDevice.MsixBar,
        MsixPendingOffset = NativeDevice.MsixPendingOffset,
    };

    /// <summary>Sizes of the engine room.</summary>
    public static CoreGeometry Geometry { get; } = new()
    {
        Queues = NativeDevice.QueuePairs,
        Keys = NativeDevice.Keys,
        TxContexts = NativeDevice.TxContexts,
        RxContexts = NativeDevice.RxContexts,
        MaxMtu = NativeDevice.MaxMtu,
        MaxChainBytes = NativeDevice.MaxChainBytes,
    };
}
