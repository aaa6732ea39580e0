using System.Runtime.CompilerServices;

namespace NicEmu.Net;

/// <summary>Room for the four blocks that fit into 40 bytes of options.</summary>
[InlineArray(Capacity)]
public struct SackBlockList
{
    /// <summary>RFC 2018 §3: at most four blocks fit, three beside time stamps.</summary>
    public const int Capacity = 4;

    private SackBlock _first;
}
