namespace NicEmu.DeviceModel.Tls;

/// <summary>Saved state of a transmit context.</summary>
internal sealed record TxContextSnapshot(
    ulong Handle, int KeySlot, TxInstallation Installation, ushort Queue, int References, bool IsDraining, TxState State, TlsCounters Counters,
    PlaintextTapSnapshot? Tap);
