using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Nic;

/// <summary>Configuration space: identity, decoding, bus mastering, MSI-X (PCI 3.0 §6.1, §6.2, §6.8.2).</summary>
internal sealed class PciSetup(IDeviceBus bus)
{
    private const int CommandOffset = 0x04;
    private const int StatusOffset = 0x06;
    private const int CapabilityPointerOffset = 0x34;
    private const ushort MemorySpaceEnable = 0x0002;
    private const ushort BusMasterEnable = 0x0004;
    private const ushort InterruptDisable = 0x0400;
    private const ushort CapabilityList = 0x0010;
    private const byte MsixCapability = 0x11;
    private const ushort MsixEnable = 0x8000;
    private const ushort MsixFunctionMask = 0x4000;
    private const int MsixEntryBytes = 16;

    // 192 bytes of capabilities, each at least four bytes long: a longer walk goes in circles.
    private const int MaxCapabilities = 48;

    private int _msix;

    public NicError Identify()
    {
        uint identity = bus.ConfigRead(0, 4);
        if (identity == NicRegisters.Gone) return NicError.NoDevice;
        return identity == (NativeDevice.VendorId | ((uint)NativeDevice.DeviceId << 16)) ? NicError.None : NicError.WrongDevice;
    }

    public void Enable() => bus.ConfigWrite(CommandOffset, 2, MemorySpaceEnable | BusMasterEnable | InterruptDisable);

    /// <summary>Ends DMA and interrupts; registers stay visible.</summary>
    public void StopBusMaster() => bus.ConfigWrite(CommandOffset, 2, MemorySpaceEnable | InterruptDisable);

    /// <summary>Finds MSI-X and checks that it has enough vectors.</summary>
    public NicError FindMsix(int vectors)
    {
        if ((bus.ConfigRead(StatusOffset, 2) & CapabilityList) == 0) return NicError.NoMsix;
        int at = (int)bus.ConfigRead(CapabilityPointerOffset, 1) & 0xFC;
        for (int i = 0; i < MaxCapabilities && at >= 0x40; i++)
        {
            if (bus.ConfigRead(at, 1) == MsixCapability)
            {
                _msix = at;
                return (bus.ConfigRead(at + 2, 2) & 0x7FF) + 1 >= vectors ? NicError.None : NicError.NoMsix;
            }

            at = (int)bus.ConfigRead(at + 1, 1) & 0xFC;
        }

        return NicError.NoMsix;
    }

    /// <summary>Enables MSI-X with every entry held back while the table is written.</summary>
    /// <param name="handlers">Handler of each vector in turn.</param>
    public void EnableMsix(ReadOnlySpan<Action> handlers)
    {
        uint control = bus.ConfigRead(_msix + 2, 2);
        bus.ConfigWrite(_msix + 2, 2, control | MsixEnable | MsixFunctionMask);
        uint table = bus.ConfigRead(_msix + 4, 4);
        int bar = (int)(table & 7);
        uint offset = table & ~7u;
        for (int vector = 0; vector < handlers.Length; vector++)
        {
            if (bus.OnInterrupt(vector, handlers[vector]) is not { } message) continue;
            uint entry = offset + (uint)(vector * MsixEntryBytes);
            bus.Write(bar, entry, 4, (uint)message.Address);
            bus.Write(bar, entry + 4, 4, (uint)(message.Address >> 32));
            bus.Write(bar, entry + 8, 4, message.Data);
            bus.Write(bar, entry + 12, 4, 0);
        }

        bus.ConfigWrite(_msix + 2, 2, (control | MsixEnable) & ~(uint)MsixFunctionMask);
    }

    public void DisableMsix() => bus.ConfigWrite(_msix + 2, 2, bus.ConfigRead(_msix + 2, 2) & ~(uint)MsixEnable);
}
