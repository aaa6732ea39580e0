using NicEmu.Spec.Native;

namespace NicEmu.Firmware.Commands;

/// <summary>How a mailbox command ended.</summary>
/// <param name="Status">Its status.</param>
/// <param name="ReplyLength">Bytes of the reply.</param>
/// <param name="Handle">Object that it was about; zero for none.</param>
internal readonly record struct Outcome(MailboxStatus Status, int ReplyLength = 0, ulong Handle = 0);
