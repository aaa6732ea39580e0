namespace NicEmu.Traces.Tls;

/// <summary>Both directions of one TCP connection as one interface of the capture saw them.</summary>
internal sealed class TcpConversation(string capturedOn, TcpFlow first, int frame)
{
    /// <summary>Name of the interface, empty when the file gives none.</summary>
    public string CapturedOn { get; } = capturedOn;

    /// <summary>The direction that was seen first.</summary>
    public TcpFlow First { get; } = first;

    public int FirstFrame { get; } = frame;

    public int LastFrame { get; set; } = frame;

    /// <summary>Data of <see cref="First"/>.</summary>
    public TcpDirection Forward { get; } = new();

    /// <summary>Data of the other direction.</summary>
    public TcpDirection Backward { get; } = new();

    public TcpDirection Of(TcpFlow flow) => flow == First ? Forward : Backward;
}
