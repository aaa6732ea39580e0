namespace NicEmu.Driver.Memory;

/// <summary>Why bytes crossed the memory bus of a host, or its PCI Express ports. Every kind is counted in bytes, by the code that moves them.</summary>
public enum MemoryTraffic
{
    /// <summary>Storage wrote content to memory (stoW).</summary>
    StorageWrite = 0,

    /// <summary>A processor loaded content or record bytes (cpuR).</summary>
    CpuRead,

    /// <summary>A processor stored content or record bytes (cpuW).</summary>
    CpuWrite,

    /// <summary>
    /// Lines that a processor had to load because it stored to them (rfo). A label: the same number of bytes as the ordinary stores that cause it; the model has no
    /// cache, so nothing moves.
    /// </summary>
    WriteAllocate,

    /// <summary>The card read TCP payload that it sends (nicR).</summary>
    NicRead,

    /// <summary>The card wrote received TCP payload (nicW).</summary>
    NicWrite,

    /// <summary>The card read record bytes that it does not send, to find its place in a record again (dump).</summary>
    ReplayRead,

    /// <summary>The card read the state of a connection that it had put into host memory (ctxR). The card of the model keeps all of it in its own memory, so there is none of it.</summary>
    ContextRead,

    /// <summary>The card wrote the state of a connection to host memory (ctxW).</summary>
    ContextWrite,

    /// <summary>A lookaside accelerator read what it is to encrypt.</summary>
    AcceleratorRead,

    /// <summary>A lookaside accelerator wrote what it encrypted.</summary>
    AcceleratorWrite,

    /// <summary>Everything else: descriptors, completions, events, headers of frames, headers and tags of records where the processor writes them (meta).</summary>
    Metadata,
}
