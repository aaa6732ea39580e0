using SharpPcap;

namespace NicEmu.Traces;

/// <summary>Turns the ways in which libpcap fails into one.</summary>
internal static class LibPcap
{
    public static T Call<T>(string path, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (PcapException e)
        {
            throw new TraceFormatException($"{path}: {e.Message}", e);
        }
        catch (DllNotFoundException e)
        {
            throw new TraceFormatException($"{path}: classic pcap files need libpcap, which is not installed.", e);
        }
        catch (TypeInitializationException e)
        {
            throw new TraceFormatException($"{path}: classic pcap files need libpcap, which did not load.", e);
        }
    }
}
