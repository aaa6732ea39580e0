using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using NicEmu.Board.Time;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Links;

/// <summary>
/// A wire whose other end is an interface of this machine's kernel. Needs Linux and the right to create interfaces; works in real time only:
/// add it to a <see cref="RealTimePump"/>. The interface disappears when the link is disposed or the process ends.
/// </summary>
public sealed partial class TapLink : ILink, IPollSource, IDisposable
{
    private const string Device = "/dev/net/tun";
    private const int ReadWriteNonBlocking = 0x0002 | 0x0800 | 0x8_0000;
    private const nuint SetInterface = 0x4004_54CA;
    private const nuint SetOffload = 0x4004_54D0;
    private const ushort TapWithoutPacketInfo = 0x0002 | 0x1000;
    private const int NameLength = 16;
    private const int RequestLength = 40;
    private const int FramesPerRound = 64;
    private const int TryAgain = 11;
    private const int Interrupted = 4;

    private readonly byte[] _outgoing;
    private readonly byte[] _incoming;
    private int _descriptor;
    private FrameHandler? _received;

    private TapLink(int descriptor, string name, int mtu)
    {
        _descriptor = descriptor;
        Name = name;
        // Room for an Ethernet header with two tags.
        _outgoing = new byte[mtu + 22];
        _incoming = new byte[mtu + 22];
    }

    /// <summary>Name of the interface.</summary>
    public string Name { get; }

    /// <summary>Frames that the kernel did not take.</summary>
    public long Dropped { get; private set; }

    /// <inheritdoc/>
    public int FileDescriptor => _descriptor;

    /// <inheritdoc/>
    public bool IsUp => _descriptor >= 0;

    /// <summary>Creates the interface, gives it its addresses and brings it up.</summary>
    /// <param name="options">How it is set up.</param>
    /// <exception cref="TapUnavailableException">Not Linux, no right to do it, or a setting that the kernel refuses.</exception>
    public static TapLink Open(TapOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!OperatingSystem.IsLinux())
        {
            throw new TapUnavailableException("A TAP device needs Linux. Use the peer 'nic' or 'openssl', which run inside the emulator on every system.");
        }

        if (Encoding.ASCII.GetByteCount(options.Name) is 0 or >= NameLength)
        {
            throw new TapUnavailableException($"'{options.Name}' is no interface name: 1 to 15 characters. Choose another one.");
        }

        int descriptor = OpenFile(Device, ReadWriteNonBlocking);
        if (descriptor < 0)
        {
            throw Unavailable($"cannot open {Device}", Marshal.GetLastPInvokeError());
        }

        try
        {
            var link = new TapLink(descriptor, CreateInterface(descriptor, options.Name), options.Mtu);
            link.Configure(options);
            return link;
        }
        catch (TapUnavailableException)
        {
            _ = CloseFile(descriptor);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        int length = headers.Length + payload.Length;
        if (!IsUp || length > _outgoing.Length)
        {
            Dropped++;
            return;
        }

        headers.CopyTo(_outgoing);
        payload.CopyTo(_outgoing.AsSpan(headers.Length));
        if (WriteFile(_descriptor, _outgoing, (nuint)length) != length)
        {
            // A full queue or an interface that is down loses the frame, as a switch would.
            Dropped++;
        }
    }

    /// <inheritdoc/>
    public void OnReceived(FrameHandler? handler) => _received = handler;

    /// <summary>The wire is up until it is disposed; the observer is never called.</summary>
    /// <param name="handler">Ignored.</param>
    public void OnStateChanged(Action<bool>? handler)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The interface was taken away.</exception>
    public void OnReadable()
    {
        for (int i = 0; i < FramesPerRound && IsUp; i++)
        {
            nint length = ReadFile(_descriptor, _incoming, (nuint)_incoming.Length);
            if (length < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error is TryAgain or Interrupted)
                {
                    return;
                }

                throw new IOException($"Interface {Name}: {Marshal.GetPInvokeErrorMessage(error)}");
            }

            _received?.Invoke(_incoming.AsSpan(0, (int)length));
        }
    }

    /// <summary>Removes the interface.</summary>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = CloseFile(_descriptor);
            _descriptor = -1;
        }
    }

    private static string CreateInterface(int descriptor, string name)
    {
        // struct ifreq: the name in bytes 0 to 15, the flags in 16 and 17.
        byte[] request = new byte[RequestLength];
        Encoding.ASCII.GetBytes(name, request);
        MemoryMarshal.Write(request.AsSpan(NameLength), TapWithoutPacketInfo);
        if (Control(descriptor, SetInterface, request) < 0)
        {
            throw Unavailable($"cannot create interface '{name}'", Marshal.GetLastPInvokeError());
        }

        // No offloads: the kernel then fills every checksum and keeps frames within the MTU.
        if (ControlValue(descriptor, SetOffload, 0) < 0)
        {
            throw Unavailable($"cannot turn off the offloads of '{name}'", Marshal.GetLastPInvokeError());
        }

        return Encoding.ASCII.GetString(request, 0, Array.IndexOf(request, (byte)0, 0, NameLength));
    }

    private static TapUnavailableException Unavailable(string what, int error)
    {
        const int NotPermitted = 1, NoEntry = 2, NoAccess = 13, Busy = 16;
        string cure = error switch
        {
            NotPermitted or NoAccess => "Run as root, or give the process CAP_NET_ADMIN; in a container: --cap-add NET_ADMIN --device /dev/net/tun.",
            NoEntry => "Load the driver with 'modprobe tun'; in a container: --device /dev/net/tun.",
            Busy => "An interface of that name is in use: choose another name.",
            _ => "The peers 'nic' and 'openssl' need no TAP device.",
        };
        return new TapUnavailableException($"TAP: {what}: {Marshal.GetPInvokeErrorMessage(error)}. {cure}");
    }

    private static void RunIp(params string[] arguments)
    {
        string command = "ip " + string.Join(' ', arguments);
        try
        {
            var start = new ProcessStartInfo("ip", arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
            using Process process = Process.Start(start) ?? throw new TapUnavailableException($"TAP: '{command}' did not start.");
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new TapUnavailableException($"TAP: '{command}' failed: {error.Trim()}. Choose other addresses or another name.");
            }
        }
        catch (Win32Exception e)
        {
            throw new TapUnavailableException("TAP: the program 'ip' is missing. Install the package iproute2.", e);
        }
    }

    private void Configure(TapOptions options)
    {
        RunIp("link", "set", "dev", Name, "mtu", options.Mtu.ToString(CultureInfo.InvariantCulture));
        foreach (string address in options.Addresses)
        {
            if (address.Contains(':'))
            {
                // Without duplicate address detection the address can be used at once.
                RunIp("-6", "addr", "add", address, "dev", Name, "nodad");
            }
            else
            {
                RunIp("addr", "add", address, "dev", Name);
            }
        }

        RunIp("link", "set", "dev", Name, "up");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseFile(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, [In, Out] byte[] argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlValue(int descriptor, nuint request, nuint argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(int descriptor, [Out] byte[] buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(int descriptor, [In] byte[] buffer, nuint count);
}
