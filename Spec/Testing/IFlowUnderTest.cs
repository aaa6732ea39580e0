namespace NicEmu.Spec.Testing;

/// <summary>One connection of a driver under test.</summary>
public interface IFlowUnderTest
{
    /// <summary>State of the connection.</summary>
    FlowState State { get; }

    /// <summary>Where sending is protected.</summary>
    FlowPlace TxPlace { get; }

    /// <summary>Where receiving is protected.</summary>
    FlowPlace RxPlace { get; }

    /// <summary>Why sending stands still.</summary>
    DriverError TxError { get; }

    /// <summary>Why receiving stands still.</summary>
    DriverError RxError { get; }

    /// <summary>Whether the peer ended its side and everything was read.</summary>
    bool IsEndOfStream { get; }

    /// <summary>Sets the key of sending (setsockopt TLS_TX); a second call is a key update and needs <see cref="DriverAbilities.Rekey"/>.</summary>
    /// <param name="keys">Key and place.</param>
    DriverError SetTx(FlowKeys keys);

    /// <summary>Sets the key of receiving (setsockopt TLS_RX); a second call is a key update and needs <see cref="DriverAbilities.Rekey"/>.</summary>
    /// <param name="keys">Key and place.</param>
    DriverError SetRx(FlowKeys keys);

    /// <summary>Limits the content of records (TLS_TX_MAX_PAYLOAD_LEN). Needs <see cref="DriverAbilities.RecordLimit"/>.</summary>
    /// <param name="bytes">64 to 16384; TLS 1.3: 63 to 16384.</param>
    DriverError SetRecordLimit(int bytes);

    /// <summary>Sends application data; before a key was set, plain bytes.</summary>
    /// <param name="data">The data.</param>
    /// <param name="flags">Flags.</param>
    /// <returns>Bytes taken, fewer than offered when the socket is full.</returns>
    DriverResult Send(ReadOnlySpan<byte> data, SendFlags flags = SendFlags.None);

    /// <summary>Sends one record of a content type. Needs <see cref="DriverAbilities.ControlRecords"/>.</summary>
    /// <param name="type">Content type.</param>
    /// <param name="content">The content.</param>
    /// <param name="flags">Flags.</param>
    DriverResult SendRecord(byte type, ReadOnlySpan<byte> content, SendFlags flags = SendFlags.None);

    /// <summary>Sends a part of a file. Needs <see cref="DriverAbilities.SendFile"/>.</summary>
    /// <param name="file">Number of the file.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="zeroCopy">Whether the card reads the pages of the file; needs <see cref="DriverAbilities.ZeroCopy"/>.</param>
    DriverResult SendFile(int file, int offset, int length, bool zeroCopy);

    /// <summary>Takes the oldest record that was not read yet; before a key was set, plain bytes as type 0.</summary>
    /// <param name="record">The record.</param>
    /// <returns>False when none waits.</returns>
    bool TryReceive(out ReceivedRecord? record);

    /// <summary>Stops or resumes reading, so that the window closes.</summary>
    /// <param name="reading">Whether the application reads.</param>
    void SetReading(bool reading);

    /// <summary>Ends the sending side; what was sent is still delivered.</summary>
    void Close();

    /// <summary>Ends the connection at once.</summary>
    void Abort();
}
