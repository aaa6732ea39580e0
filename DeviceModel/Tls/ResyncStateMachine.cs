using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Tls;

/// <summary>
/// The states of a receive context as a table (kernel TLS offload document, receive resynchronisation): no bytes, no counters, no time. A plain
/// value.
/// </summary>
internal struct ResyncStateMachine
{
    private const RxState No = (RxState)0xFF;

    private static readonly string[] s_reasons =
    [
        "in order", "record boundary", "gap within a record", "record header lost", "bad record header", "candidate found", "acknowledged",
        "refused", "hint reached", "hint proved", "hint refuted", "budget expired", "quiesced", "released", "stopped",
    ];

    // Columns: the inputs in their order. Release is not in the table: it leads back to where Quiesce came from.
    private static readonly RxState[] s_next =
    [
        // Start
        RxState.InSync, No, No, RxState.Searching, No, No, No,
        No, RxState.Confirmed, No, No, No, RxState.Quiesced, No, RxState.Off,

        // InSync
        RxState.InSync, RxState.InSync, RxState.SkippingRecord, RxState.Searching, RxState.Searching, No, No,
        No, RxState.Confirmed, No, No, No, RxState.Quiesced, No, RxState.Off,

        // SkippingRecord
        RxState.SkippingRecord, RxState.InSync, RxState.SkippingRecord, RxState.Searching, No, No, No,
        No, No, No, No, No, RxState.Quiesced, No, RxState.Off,

        // Searching
        RxState.Searching, No, RxState.Searching, RxState.Searching, No, RxState.Tracking, No,
        No, RxState.Confirmed, No, No, No, RxState.Quiesced, No, RxState.Off,

        // Tracking
        RxState.Tracking, RxState.Tracking, RxState.Tracking, RxState.Searching, RxState.Searching, No, RxState.Confirmed,
        RxState.Searching, RxState.Confirmed, No, No, RxState.Searching, RxState.Quiesced, No, RxState.Off,

        // Confirmed
        RxState.Confirmed, RxState.InSync, RxState.Confirmed, RxState.Searching, RxState.Searching, No, No,
        No, No, RxState.InSync, RxState.Searching, No, RxState.Quiesced, No, RxState.Off,

        // Quiesced
        No, No, No, No, No, No, No,
        No, No, No, No, No, No, No, RxState.Off,

        // Off
        No, No, No, No, No, No, No,
        No, No, No, No, No, No, No, No,
    ];

    private RxState _held;

    /// <summary>Number of inputs.</summary>
    public const int InputCount = (int)ResyncInput.Stop + 1;

    public RxState State { get; private set; }

    /// <summary>Constant text for an input.</summary>
    public static string Reason(ResyncInput input) => s_reasons[(int)input];

    /// <summary>Takes an input.</summary>
    /// <returns>False, and nothing moves, when the state has no edge for it.</returns>
    public bool Step(ResyncInput input)
    {
        RxState next = State == RxState.Quiesced && input == ResyncInput.Release ? _held : s_next[((int)State * InputCount) + (int)input];
        if (next == No)
        {
            return false;
        }

        if (input == ResyncInput.Quiesce)
        {
            _held = State;
        }

        State = next;
        return true;
    }
}
