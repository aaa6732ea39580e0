namespace NicEmu.Spec.Native;

/// <summary>How a receive descriptor was used.</summary>
public enum RxStatus : byte
{
    /// <summary>The buffer holds a frame.</summary>
    Ok = 0,

    /// <summary>The buffer could not be written; the frame is lost.</summary>
    DmaFault = 1,

    /// <summary>The frame is longer than the buffer; the frame is lost.</summary>
    BufferTooSmall = 2,

    /// <summary>The queue was disabled or reset; the buffer is returned unused.</summary>
    Flushed = 3,

    /// <summary>The descriptor breaks its format; the buffer is returned unused.</summary>
    DescriptorMalformed = 4,
}
