using NicEmu.DeviceModel.Pci;
using NicEmu.DeviceModel.Registers;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Events;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>All register files, memory areas and windows of the native interface. Reset, save, restore and inspection are loops over one list.</summary>
internal sealed class NativeRegisters
{
    private readonly List<RegisterFile> _files = [];
    private readonly Dictionary<int, BarDecoder> _windows = [];

    public NativeRegisters(MsixTable msix, TraceSource trace)
    {
        foreach (BarDescription bar in Bars)
        {
            _windows.Add(bar.Index, new BarDecoder(bar.Index, bar.Size, trace));
        }

        Device = Open(NativeMap.Device, trace);
        Mailbox = Open(NativeMap.Mailbox, trace);
        KeyStage = Open(NativeMap.KeyStage, trace);
        Firmware = Open(NativeMap.Firmware, trace);
        Port = Open(NativeMap.Port, trace);
        Event = Open(NativeMap.Event, trace);
        Rss = Open(NativeMap.Rss, trace);
        Moderation = Open(NativeMap.Moderation, trace);
        Statistics = Open(NativeMap.Statistics, trace);
        TxQueue = Open(NativeMap.TxQueue, trace);
        RxQueue = Open(NativeMap.RxQueue, trace);
        Toe = Open(NativeMap.Toe, trace);
        Doorbell = Open(NativeMap.Doorbell, trace);
        // No trace: embedded software is no guest.
        Internal = new RegisterFile(NativeMap.Internal);
        _files.Add(Internal);
        ToeInternal = new RegisterFile(NativeMap.ToeInternal);
        _files.Add(ToeInternal);

        Request = new MemoryArea("MBOX_REQUEST", NativeDevice.RegisterBar, MailboxBlock.RequestOffset, MailboxBlock.AreaLength, isWritable: true, trace);
        Reply = new MemoryArea("MBOX_REPLY", NativeDevice.RegisterBar, MailboxBlock.ReplyOffset, MailboxBlock.AreaLength, isWritable: false, trace);
        _windows[NativeDevice.RegisterBar].Add(Request);
        _windows[NativeDevice.RegisterBar].Add(Reply);
        _windows[NativeDevice.MsixBar].Add(msix.Table);
        _windows[NativeDevice.MsixBar].Add(msix.PendingAt(NativeDevice.MsixPendingOffset));
    }

    /// <summary>The memory windows.</summary>
    public static IReadOnlyList<BarDescription> Bars { get; } =
    [
        new BarDescription(NativeDevice.RegisterBar, NativeDevice.RegisterBarSize, true, "Registers"),
        new BarDescription(NativeDevice.DoorbellBar, NativeDevice.DoorbellBarSize, true, "Doorbells"),
        new BarDescription(NativeDevice.MsixBar, NativeDevice.MsixBarSize, true, "MSI-X"),
    ];

    public RegisterFile Device { get; }

    public RegisterFile Mailbox { get; }

    public RegisterFile KeyStage { get; }

    public RegisterFile Firmware { get; }

    public RegisterFile Port { get; }

    public RegisterFile Event { get; }

    public RegisterFile Rss { get; }

    public RegisterFile Moderation { get; }

    public RegisterFile Statistics { get; }

    public RegisterFile TxQueue { get; }

    public RegisterFile RxQueue { get; }

    public RegisterFile Doorbell { get; }

    public RegisterFile Toe { get; }

    public RegisterFile Internal { get; }

    public RegisterFile ToeInternal { get; }

    public MemoryArea Request { get; }

    public MemoryArea Reply { get; }

    /// <summary>Finds a window.</summary>
    /// <param name="bar">Index of the window.</param>
    /// <param name="window">The window.</param>
    public bool TryGetWindow(int bar, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out BarDecoder? window) => _windows.TryGetValue(bar, out window);

    /// <summary>Puts everything to its reset values.</summary>
    /// <param name="kind">How much is reset.</param>
    public void Reset(ResetKind kind)
    {
        foreach (RegisterFile file in _files)
        {
            file.Reset(kind);
        }

        Request.Clear();
        Reply.Clear();
    }

    /// <summary>Saves everything.</summary>
    /// <param name="state">Receives it.</param>
    public void Save(StateWriter state)
    {
        foreach (RegisterFile file in _files)
        {
            file.Save(state);
        }

        Request.Save(state);
        Reply.Save(state);
    }

    /// <summary>Puts a saved state back.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    public void Restore(ref StateReader state)
    {
        foreach (RegisterFile file in _files)
        {
            file.Restore(ref state);
        }

        Request.Restore(ref state);
        Reply.Restore(ref state);
    }

    /// <summary>Adds everything to an inspection tree.</summary>
    /// <param name="parent">Receives the nodes.</param>
    public void Inspect(InspectNode parent)
    {
        InspectNode node = parent.Add("REGISTERS");
        foreach (RegisterFile file in _files)
        {
            file.Inspect(node);
        }

        Request.Inspect(node);
        Reply.Inspect(node);
    }

    private RegisterFile Open(RegisterBlock block, TraceSource trace)
    {
        var file = new RegisterFile(block, trace);
        _files.Add(file);
        _windows[block.Bar].Add(file);
        return file;
    }
}
