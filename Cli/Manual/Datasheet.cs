using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Tls;

namespace NicEmu.Cli.Manual;

/// <summary>What the manual consists of beside the register blocks: which structures and which code tables, in which order.</summary>
internal static class Datasheet
{
    /// <summary>Structures in host memory.</summary>
    public static IReadOnlyList<Type> Structures { get; } =
    [
        typeof(DataDescriptor), typeof(PositionDescriptor), typeof(ReplayDescriptor), typeof(SetContextDescriptor), typeof(SetProgressDescriptor), typeof(RangeDescriptor), typeof(QueryDescriptor), typeof(ResyncAnswerDescriptor), typeof(FenceDescriptor),
        typeof(TxCompletion), typeof(RxDescriptor), typeof(RxCompletion), typeof(EventEntry), typeof(ContextSnapshot),
        typeof(ToeCommand), typeof(ToeOpenCommand), typeof(ToeTransferCommand), typeof(ToeSwitchCommand), typeof(ToePiece), typeof(ToeCompletion),
    ];

    /// <summary>Requests and replies of the mailbox.</summary>
    public static IReadOnlyList<Type> MailboxStructures { get; } =
    [
        typeof(QueryFirmwareReply), typeof(SetLinkRequest), typeof(KeyCreateRequest), typeof(HandleRequest), typeof(HandleReply), typeof(TxCreateRequest),
        typeof(TxMoveRequest), typeof(TxUpdateRequest), typeof(RxCreateRequest), typeof(RxQuiesceRequest),
    ];

    /// <summary>Code tables.</summary>
    public static IReadOnlyList<Type> Codes { get; } =
    [
        typeof(TxOpcode), typeof(TxFlags), typeof(TxOffloads), typeof(TxStatus), typeof(TxMode), typeof(TxResyncStep), typeof(RxFlags), typeof(RxVerdict), typeof(RxReason), typeof(RxStatus), typeof(RxState),
        typeof(ResyncAnswerKind), typeof(EventCode), typeof(QueueError), typeof(FirmwareState), typeof(MailboxOpcode), typeof(MailboxStatus), typeof(TlsCipher), typeof(TlsVersion), typeof(TlsContentType), typeof(ToeOpcode), typeof(ToeStatus),
    ];

    /// <summary>Turns a name of the code into a name of the manual: <c>NotInSequence</c> becomes <c>NOT_IN_SEQUENCE</c>.</summary>
    /// <param name="name">Pascal case.</param>
    public static string ManualName(string name)
    {
        var text = new System.Text.StringBuilder(name.Length + 8);
        for (int i = 0; i < name.Length; i++)
        {
            bool startsWord = i > 0 && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (startsWord)
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(name[i]));
        }

        return text.ToString();
    }
}
