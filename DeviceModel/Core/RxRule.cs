namespace NicEmu.DeviceModel.Core;

/// <summary>What the flow table knows of a receive context.</summary>
/// <param name="Handle">The context.</param>
/// <param name="Queue">Its receive queue.</param>
/// <param name="IsActive">Whether the rule steers packets to the queue; the context decides by itself what it decrypts.</param>
internal readonly record struct RxRule(ulong Handle, int Queue, bool IsActive);
