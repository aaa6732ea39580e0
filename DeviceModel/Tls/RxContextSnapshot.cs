namespace NicEmu.DeviceModel.Tls;

/// <summary>Saved state of a receive context.</summary>
internal sealed record RxContextSnapshot(
    ulong Handle, int KeySlot, RxInstallation Installation, int References, bool IsDraining, RxTrack Track, TlsCounters Counters,
    PlaintextTapSnapshot? Tap);
