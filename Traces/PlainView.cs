namespace NicEmu.Traces;

/// <summary>Dissector that is named in the exported PDUs of the plain interface.</summary>
public enum PlainView
{
    /// <summary>Plain bytes, one PDU for each record.</summary>
    Data = 0,

    /// <summary>HTTP/1.x, one PDU for each message of application data.</summary>
    Http = 1,
}
