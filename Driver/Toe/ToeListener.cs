using NicEmu.Spec.Native.Toe;

namespace NicEmu.Driver.Toe;

/// <summary>A port that the card listens on.</summary>
public sealed class ToeListener
{
    private readonly ToeDriver _driver;
    private readonly ulong _handle;
    private readonly Action<ToeSocket?> _accepted;
    private bool _isClosed;

    internal ToeListener(ToeDriver driver, ulong handle, ushort port, Action<ToeSocket?> accepted)
    {
        (_driver, _handle, Port, _accepted) = (driver, handle, port, accepted);
        Accept();
    }

    /// <summary>Local port.</summary>
    public ushort Port { get; }

    /// <summary>Stops listening. A peer whose SYN had found no room repeats it; it then reaches the host's own TCP.</summary>
    /// <param name="closed">Called when the card has closed the port; may be null.</param>
    public void Close(Action? closed = null)
    {
        if (_isClosed) return;
        _isClosed = true;
        _driver.Submit(new() { Opcode = ToeOpcode.Close, Handle = _handle }, default, _ => closed?.Invoke());
    }

    private void Accept() => _driver.Submit(new() { Opcode = ToeOpcode.Accept, Handle = _handle }, default, OnAccepted);

    private void OnAccepted(ToeCompletion completion)
    {
        ToeSocket? socket = _driver.Socket(completion);
        if (completion.Status is ToeStatus.Ok or ToeStatus.NoRoom)
        {
            if (!_isClosed) Accept();
            _accepted(socket);
        }
    }
}
