namespace NicEmu.Traces.Tls;

/// <summary>What is to be said about a connection beside its records: what stayed closed, why, and what can be seen all the same.</summary>
internal static class ConnectionNotes
{
    public static IEnumerable<string> Of(HelloFacts agreed, bool hasHello, List<TlsRecordStory> records, RecordReading reading)
    {
        if (!hasHello)
        {
            yield return "the capture begins after the ClientHello, or lost it: records cannot be matched with secrets, nor counted from 0, so none opens";
        }
        else if (!agreed.HasServerHello)
        {
            yield return "there is no ServerHello: the version and the cipher are not known";
        }

        foreach (string note in reading.Notes)
        {
            yield return note;
        }

        if (reading.WantedSecrets.Count > 0)
        {
            int closed = records.Count(r => r.Failure is not null && !r.IsForged);
            string seen = agreed.Version == 0x0304
                ? "to be seen without: both hello messages with the server's name, and place, time and length of each record; hidden: certificate, content, even the type of content"
                : "to be seen without: the whole handshake up to ChangeCipherSpec with the certificate, type and length of each record; hidden: content";
            yield return $"{closed} records stay closed for want of {string.Join(" and ", reading.WantedSecrets)}: give the file that SSLKEYLOGFILE made by --keylog; {seen}";
        }

        if (records.Exists(r => r.IsForged))
        {
            yield return $"{records.Count(r => r.IsForged)} records failed authentication";
        }

        if (reading.HasWrongFinished)
        {
            yield return "a Finished message disagrees with the handshake in this capture: messages are missing here, or one was changed on the way";
        }
    }
}
