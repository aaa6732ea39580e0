namespace NicEmu.Board.Time;

/// <summary>A file descriptor that the real-time pump waits on.</summary>
public interface IPollSource
{
    /// <summary>The file descriptor, non-blocking.</summary>
    int FileDescriptor { get; }

    /// <summary>Takes what can be read without blocking; called by the pump's thread between events.</summary>
    void OnReadable();
}
