using NicEmu.Report.Tables;

namespace NicEmu.Report.Compare;

/// <summary>T3: what others measured on real machines. None of it is, or could be, a result of this emulator.</summary>
internal static class CitedTables
{
    private const string Same = "the same";

    /// <summary>What stands above the tables.</summary>
    public const string Banner = "Cited, not emulated. The figures of this section were measured by others on real machines. An emulator has no processor load, no Gb/s and no watts of its own: nothing here was produced, checked or confirmed by this run.";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReportTable> All { get; } =
    [
        new(
            "T3a  Throughput and processor load, 2018 and 2019",
            Columns("machine", "who encrypts", "Gb/s", "CPU %", "memory GB/s", "source"),
            [
                ["Xeon E5-2697A v4, 16 cores, 100 Gb/s, Netflix traffic", "OpenSSL in the program", "41.5 (read off a chart)", "75 (read off a chart)", "", "EuroBSDCon 2019"],
                [Same, "kernel TLS (ISA-L)", "90", "68", "55", "EuroBSDCon and vBSDCon 2019"],
                [Same, "card (Chelsio T6)", "90", "35", "30", "EuroBSDCon and vBSDCon 2019"],
                ["Xeon-D, 12 cores", "card (Chelsio T6)", "90", "62", "", "vBSDCon 2019"],
                ["Xeon-D, 8 cores", "card (Chelsio T6)", "80", "80", "", "vBSDCon 2019"],
                ["Xeon E5-1620 v3, 4 cores, nginx, AES-256-GCM, 1 / 4 workers", "program", "7.9 / 30", "", "", "vBSDCon 2019"],
                [Same, "kernel TLS, AES-NI", "36 / 36", "", "", "vBSDCon 2019"],
                [Same, "kernel TLS, lookaside (the T6's co-processor)", "36 / 35", "", "", "vBSDCon 2019"],
                [Same, "kernel TLS, ISA-L", "48 / 48", "", "", "vBSDCon 2019"],
                [Same, "card (T6, inline)", "72 / 64", "", "", "vBSDCon 2019"],
            ]),
        new(
            "T3b  Processor load against client threads (iperf, Mellanox; read off a chart, no throughput given)",
            Columns("who encrypts", "8 threads", "16", "32", "64", "128"),
            [
                ["nobody", "17 %", "23 %", "33 %", "42 %", "52 %"],
                ["kernel TLS", "47 %", "96 %", "98 %", "99 %", "99 %"],
                ["card", "19 %", "42 %", "42 %", "55 %", "55 %"],
            ])
        {
            Notes = ["EuroBSDCon 2019."],
        },
        new(
            "T3c  One machine, seven ways: EPYC 7502P, 32 cores, about 150 GB/s of memory, two ConnectX-6 Dx",
            Columns("way", "Gb/s", "CPU %", "limit named there"),
            [
                ["OpenSSL in nginx, asynchronous I/O", "about 40", "100", "contention for a lock"],
                ["OpenSSL in nginx, thread pools", "90", "80", "memory: three copies and encryption"],
                ["kernel TLS without sendfile", "75", "80", "memory, a lock of virtual memory"],
                ["card, without sendfile", "95", "80", "memory, a lock of virtual memory"],
                ["sendfile, kernel TLS, ordinary stores", "180", "80", "cache misses on storing ciphertext"],
                ["sendfile, kernel TLS, non-temporal stores", "240", "80", "memory bandwidth"],
                ["sendfile, card", "375", "53", "none"],
            ])
        {
            Notes = ["EuroBSDCon 2022."],
        },
    ];

    private static ReportColumn[] Columns(params string[] names) => [.. names.Select(static n => new ReportColumn(n))];
}
