namespace NicEmu.Board.Faults;

/// <summary>What a fault's WHEN counts.</summary>
public enum FaultMoment
{
    /// <summary><c>nth=N</c>: the N-th, from 0, of what the fault can hit.</summary>
    Nth = 0,

    /// <summary><c>time=T</c>: the first that the fault can hit from virtual time T on, counted from power-on.</summary>
    Time = 1,

    /// <summary><c>rate=P</c>: each with probability P, drawn from the run's seed.</summary>
    Rate = 2,

    /// <summary><c>dma=N</c>: the first from the N-th transaction of the card's host port on, counted from 0 over reads, writes and interrupts.</summary>
    Dma = 3,

    /// <summary><c>frame=N</c>: the N-th frame of the direction, from 0.</summary>
    Frame = 4,

    /// <summary><c>segment=N</c>: the N-th TCP segment with payload of the direction, from 0.</summary>
    Segment = 5,

    /// <summary><c>record=N</c>: the segment in which the header of the direction's N-th TLS record ends, from 0.</summary>
    Record = 6,

    /// <summary><c>byte=N</c>: the segments that carry byte N of the direction's TCP stream, from 0.</summary>
    Byte = 7,

    /// <summary><c>command=N</c>: the N-th mailbox command, from 0.</summary>
    Command = 8,
}
