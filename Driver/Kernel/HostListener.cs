using NicEmu.Net;

namespace NicEmu.Driver.Kernel;

/// <summary>A listening port.</summary>
public sealed class HostListener
{
    private readonly TcpListener _listener;

    internal HostListener(HostKernel kernel, TcpListener listener, Action<HostSocket> accepted)
    {
        _listener = listener;
        listener.ConnectionReady = ready =>
        {
            while (ready.TryAccept(out TcpConnection? connection)) accepted(new(kernel, connection));
        };
    }

    /// <summary>The port.</summary>
    public ushort Port => _listener.Port;

    /// <summary>Stops listening; accepted sockets live on.</summary>
    public void Close() => _listener.Close();
}
