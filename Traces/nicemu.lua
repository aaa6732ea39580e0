-- NicEmu traces in Wireshark: device events (link type USER0) and frames between driver and device (USER1).
-- Generated from the register declarations; to change it, change those or the template.
-- Use: tshark -X lua_script:nicemu.lua -r trace.pcapng, or put it into Wireshark's folder of personal Lua plug-ins.

local kinds = {
  [1] = "ConfigRead",
  [2] = "ConfigWrite",
  [3] = "MmioRead",
  [4] = "MmioWrite",
  [5] = "DmaRead",
  [6] = "DmaWrite",
  [7] = "InterruptRaised",
  [8] = "FrameSent",
  [9] = "FrameReceived",
  [10] = "HostFrameSent",
  [11] = "HostFrameReceived",
  [12] = "MailboxCommand",
  [13] = "ContextInstalled",
  [14] = "ContextRemoved",
  [15] = "RecordProtected",
  [16] = "RecordOpened",
  [17] = "ResyncStep",
  [18] = "RecordPlaintext",
  [19] = "TimerFired",
  [20] = "GuestError",
  [21] = "NetworkEvent",
  [22] = "KeyLog",
  [23] = "Completion",
  [24] = "Reset",
}

local guest_errors = {
  [1] = "UnknownRegister",
  [2] = "UnalignedAccess",
  [3] = "IllegalWrite",
  [4] = "MemorySpaceDisabled",
  [5] = "NotBusMaster",
  [6] = "DmaFault",
  [7] = "DoorbellRange",
  [8] = "QueueConfiguration",
  [9] = "DescriptorMalformed",
  [10] = "FrameMalformed",
  [11] = "TlsSequence",
  [12] = "StaleHandle",
  [13] = "Mailbox",
  [14] = "ConsumerIndex",
}

local network_actions = {
  [1] = "Dropped",
  [2] = "Reordered",
  [3] = "Duplicated",
  [4] = "Corrupted",
}

local bus_status = {
  [0] = "Ok",
  [1] = "Unmapped",
  [2] = "NotBusMaster",
  [3] = "StaleEpoch",
  [4] = "Aborted",
}

local reset_kinds = {
  [0] = "PowerOn",
  [1] = "FunctionLevel",
  [2] = "Driver",
}

local mailbox_opcodes = {
  [1] = "QueryFirmware",
  [2] = "SetLink",
  [16] = "KeyCreate",
  [17] = "KeyRotate",
  [18] = "KeyRevoke",
  [19] = "KeySync",
  [20] = "KeyDestroy",
  [32] = "TxCreate",
  [33] = "TxDestroy",
  [34] = "TxMove",
  [35] = "TxUpdate",
  [48] = "RxCreate",
  [49] = "RxActivate",
  [50] = "RxQuiesce",
  [51] = "RxDestroy",
  [64] = "ContextQuery",
  [80] = "ToeOpen",
  [81] = "ToeListen",
  [82] = "ToeAccept",
  [83] = "ToeSend",
  [84] = "ToeReceive",
  [85] = "ToeSwitchTls",
  [86] = "ToeClose",
}

local mailbox_status = {
  [0] = "Ok",
  [1] = "BadOpcode",
  [2] = "BadLength",
  [3] = "BadParameter",
  [4] = "BadHandle",
  [5] = "StaleHandle",
  [6] = "TableFull",
  [7] = "Busy",
  [8] = "Unsupported",
  [9] = "NoKeyStaged",
  [10] = "Duplicate",
  [11] = "BadState",
  [12] = "NotReady",
  [13] = "EpochExhausted",
}

local tx_status = {
  [0] = "Ok",
  [1] = "NotInSequence",
  [2] = "ContextInvalid",
  [3] = "KeyStale",
  [4] = "RecordMalformed",
  [5] = "TagWithoutReplay",
  [6] = "ReplayShort",
  [7] = "ReplayLong",
  [8] = "RecordLimit",
  [9] = "DmaFault",
  [10] = "Unsupported",
  [11] = "SequenceBroken",
  [12] = "PassesHead",
  [13] = "WrongQueue",
  [14] = "DescriptorMalformed",
  [15] = "HeadersMalformed",
  [16] = "TooLong",
  [17] = "Flushed",
  [18] = "LinkDown",
  [19] = "ModeMismatch",
  [20] = "BeforeStart",
  [21] = "AnswerStale",
  [22] = "TagWithoutRecord",
  [23] = "RangeMalformed",
}

local tx_modes = {
  [0] = "SequenceTracked",
  [1] = "Positional",
  [2] = "Range",
}

local tx_steps = {
  [0] = "NextRecord",
  [1] = "SetContext",
  [2] = "SetProgress",
  [3] = "Fence",
  [4] = "Replay",
  [5] = "Position",
  [6] = "Range",
}

local rx_status = {
  [0] = "Ok",
  [1] = "DmaFault",
  [2] = "BufferTooSmall",
  [3] = "Flushed",
  [4] = "DescriptorMalformed",
}

local rx_states = {
  [0] = "Start",
  [1] = "InSync",
  [2] = "SkippingRecord",
  [3] = "Searching",
  [4] = "Tracking",
  [5] = "Confirmed",
  [6] = "Quiesced",
  [7] = "Off",
}

local ciphers = {
  [1] = "Aes128Gcm",
  [2] = "Aes256Gcm",
  [3] = "ChaCha20Poly1305",
}

local versions = {
  [771] = "Tls12",
  [772] = "Tls13",
}

-- Names of registers in blocks with several instances hold the place of the instance's number.
local blocks = {
  { bar = 0, base = 0x0, size = 0x100, count = 1, registers = {
    [0x00] = { name = "DEV_MAGIC", fields = { { "MAGIC", 31, 0 }, } },
    [0x04] = { name = "DEV_VERSION", fields = { { "MINOR", 15, 0 }, { "MAJOR", 31, 16 }, } },
    [0x08] = { name = "DEV_CTRL", fields = { { "TX_ENABLE", 0, 0 }, { "RX_ENABLE", 1, 1 }, { "RESET", 31, 31 }, } },
    [0x0C] = { name = "DEV_STATUS", fields = { { "FW_READY", 0, 0 }, { "LINK_UP", 1, 1 }, { "IN_RESET", 31, 31 }, } },
    [0x10] = { name = "DEV_EPOCH", fields = { { "EPOCH", 15, 0 }, } },
    [0x20] = { name = "CAP_QUEUES", fields = { { "PAIRS", 15, 0 }, { "VECTORS", 31, 16 }, } },
    [0x24] = { name = "CAP_RINGS", fields = { { "MIN_LOG2", 7, 0 }, { "MAX_LOG2", 15, 8 }, } },
    [0x28] = { name = "CAP_MTU", fields = { { "MTU", 15, 0 }, } },
    [0x2C] = { name = "CAP_CHAIN", fields = { { "BYTES", 16, 0 }, { "DESCRIPTORS", 23, 17 }, { "SEGMENTS", 31, 24 }, } },
    [0x30] = { name = "CAP_TLS", fields = { { "CIPHERS", 2, 0 }, { "VERSIONS", 9, 8 }, { "TX_MODES", 18, 16 }, { "RX_RESYNC", 26, 24 }, } },
    [0x34] = { name = "CAP_KEYS", fields = { { "COUNT", 23, 0 }, } },
    [0x38] = { name = "CAP_TX_CONTEXTS", fields = { { "COUNT", 23, 0 }, } },
    [0x3C] = { name = "CAP_RX_CONTEXTS", fields = { { "COUNT", 23, 0 }, } },
    [0x40] = { name = "CAP_REPLAY", fields = { { "BYTES", 15, 0 }, { "MAX_LENGTH", 31, 16 }, } },
    [0x44] = { name = "CAP_FILTERS", fields = { { "UNICAST", 15, 0 }, { "RSS_ENTRIES", 31, 16 }, } },
    [0x48] = { name = "CAP_FEATURES", fields = { { "TOE", 0, 0 }, { "POSITIONAL", 1, 1 }, { "RANGE", 2, 2 }, } },
    [0x80] = { name = "TRAP_STATUS", fields = { { "PLAINTEXT", 0, 0 }, { "STATE", 1, 1 }, } },
    [0x88] = { name = "TRAP_HANDLE_LO", pair = "TRAP_HANDLE", fields = { { "VALUE", 31, 0 }, } },
    [0x8C] = { name = "TRAP_HANDLE_HI", fields = { { "VALUE", 31, 0 }, } },
  } },
  { bar = 0, base = 0x100, size = 0x40, count = 1, registers = {
    [0x00] = { name = "MBOX_CTRL", fields = { { "OPCODE", 15, 0 }, { "LENGTH", 24, 16 }, { "EVENT", 30, 30 }, { "GO", 31, 31 }, } },
    [0x04] = { name = "MBOX_STAT", fields = { { "BUSY", 0, 0 }, { "DONE", 1, 1 }, { "ERROR", 15, 8 }, } },
    [0x08] = { name = "MBOX_REPLY_LEN", fields = { { "BYTES", 8, 0 }, } },
  } },
  { bar = 0, base = 0x140, size = 0x40, count = 1, registers = {
    [0x00] = { name = "KEY_STAGE_KEY0", fields = { { "VALUE", 31, 0, true }, } },
    [0x04] = { name = "KEY_STAGE_KEY1", fields = { { "VALUE", 31, 0, true }, } },
    [0x08] = { name = "KEY_STAGE_KEY2", fields = { { "VALUE", 31, 0, true }, } },
    [0x0C] = { name = "KEY_STAGE_KEY3", fields = { { "VALUE", 31, 0, true }, } },
    [0x10] = { name = "KEY_STAGE_KEY4", fields = { { "VALUE", 31, 0, true }, } },
    [0x14] = { name = "KEY_STAGE_KEY5", fields = { { "VALUE", 31, 0, true }, } },
    [0x18] = { name = "KEY_STAGE_KEY6", fields = { { "VALUE", 31, 0, true }, } },
    [0x1C] = { name = "KEY_STAGE_KEY7", fields = { { "VALUE", 31, 0, true }, } },
    [0x20] = { name = "KEY_STAGE_IV0", fields = { { "VALUE", 31, 0, true }, } },
    [0x24] = { name = "KEY_STAGE_IV1", fields = { { "VALUE", 31, 0, true }, } },
    [0x28] = { name = "KEY_STAGE_IV2", fields = { { "VALUE", 31, 0, true }, } },
    [0x30] = { name = "KEY_STAGE_CTRL", fields = { { "KEY_WRITTEN", 7, 0 }, { "IV_WRITTEN", 18, 16 }, { "CLEAR", 31, 31 }, } },
  } },
  { bar = 0, base = 0x180, size = 0x40, count = 1, registers = {
    [0x00] = { name = "FW_STATUS", fields = { { "STATE", 7, 0 }, { "ERROR", 31, 16 }, } },
    [0x04] = { name = "FW_HEALTH", fields = { { "COUNT", 31, 0 }, } },
    [0x08] = { name = "FW_VERSION", fields = { { "MINOR", 15, 0 }, { "MAJOR", 31, 16 }, } },
    [0x0C] = { name = "FW_CTRL", fields = { { "RESTART", 0, 0 }, } },
  } },
  { bar = 0, base = 0x400, size = 0x100, count = 1, registers = {
    [0x00] = { name = "PORT_CTRL", fields = { { "BROADCAST", 0, 0 }, { "ALLMULTI", 1, 1 }, { "PROMISC", 2, 2 }, } },
    [0x04] = { name = "PORT_MTU", fields = { { "MTU", 15, 0 }, } },
    [0x08] = { name = "PORT_MAC_LO", fields = { { "ADDR", 31, 0 }, } },
    [0x0C] = { name = "PORT_MAC_HI", fields = { { "ADDR", 15, 0 }, } },
    [0x10] = { name = "PORT_LINK", fields = { { "UP", 0, 0 }, { "MBPS", 31, 8 }, } },
    [0x14] = { name = "PORT_VLAN", fields = { { "STRIP", 0, 0 }, } },
    [0x20] = { name = "PORT_MC_HASH0", fields = { { "BITS", 31, 0 }, } },
    [0x24] = { name = "PORT_MC_HASH1", fields = { { "BITS", 31, 0 }, } },
    [0x28] = { name = "PORT_MC_HASH2", fields = { { "BITS", 31, 0 }, } },
    [0x2C] = { name = "PORT_MC_HASH3", fields = { { "BITS", 31, 0 }, } },
    [0x40] = { name = "PORT_UC0_LO", fields = { { "ADDR", 31, 0 }, } },
    [0x44] = { name = "PORT_UC0_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0x48] = { name = "PORT_UC1_LO", fields = { { "ADDR", 31, 0 }, } },
    [0x4C] = { name = "PORT_UC1_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0x50] = { name = "PORT_UC2_LO", fields = { { "ADDR", 31, 0 }, } },
    [0x54] = { name = "PORT_UC2_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0x58] = { name = "PORT_UC3_LO", fields = { { "ADDR", 31, 0 }, } },
    [0x5C] = { name = "PORT_UC3_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0x60] = { name = "PORT_UC4_LO", fields = { { "ADDR", 31, 0 }, } },
    [0x64] = { name = "PORT_UC4_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0x68] = { name = "PORT_UC5_LO", fields = { { "ADDR", 31, 0 }, } },
    [0x6C] = { name = "PORT_UC5_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0x70] = { name = "PORT_UC6_LO", fields = { { "ADDR", 31, 0 }, } },
    [0x74] = { name = "PORT_UC6_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0x78] = { name = "PORT_UC7_LO", fields = { { "ADDR", 31, 0 }, } },
    [0x7C] = { name = "PORT_UC7_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0x80] = { name = "PORT_UC8_LO", fields = { { "ADDR", 31, 0 }, } },
    [0x84] = { name = "PORT_UC8_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0x88] = { name = "PORT_UC9_LO", fields = { { "ADDR", 31, 0 }, } },
    [0x8C] = { name = "PORT_UC9_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0x90] = { name = "PORT_UC10_LO", fields = { { "ADDR", 31, 0 }, } },
    [0x94] = { name = "PORT_UC10_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0x98] = { name = "PORT_UC11_LO", fields = { { "ADDR", 31, 0 }, } },
    [0x9C] = { name = "PORT_UC11_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0xA0] = { name = "PORT_UC12_LO", fields = { { "ADDR", 31, 0 }, } },
    [0xA4] = { name = "PORT_UC12_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0xA8] = { name = "PORT_UC13_LO", fields = { { "ADDR", 31, 0 }, } },
    [0xAC] = { name = "PORT_UC13_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0xB0] = { name = "PORT_UC14_LO", fields = { { "ADDR", 31, 0 }, } },
    [0xB4] = { name = "PORT_UC14_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
    [0xB8] = { name = "PORT_UC15_LO", fields = { { "ADDR", 31, 0 }, } },
    [0xBC] = { name = "PORT_UC15_HI", fields = { { "ADDR", 15, 0 }, { "VALID", 31, 31 }, } },
  } },
  { bar = 0, base = 0x500, size = 0x40, count = 1, registers = {
    [0x00] = { name = "EQ_BASE_LO", pair = "EQ_BASE", fields = { { "VALUE", 31, 0 }, } },
    [0x04] = { name = "EQ_BASE_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x08] = { name = "EQ_SIZE", fields = { { "LOG2", 4, 0 }, } },
    [0x0C] = { name = "EQ_CTRL", fields = { { "ENABLE", 0, 0 }, } },
    [0x10] = { name = "EQ_STATUS", fields = { { "PRODUCER", 15, 0 }, { "OVERRUN", 31, 31 }, } },
    [0x14] = { name = "EQ_CONSUMER", fields = { { "INDEX", 31, 0 }, } },
    [0x18] = { name = "EQ_ARM", fields = { { "INDEX", 31, 0 }, } },
  } },
  { bar = 0, base = 0x600, size = 0x200, count = 1, registers = {
    [0x00] = { name = "RSS_CTRL", fields = { { "ENABLE", 0, 0 }, { "IPV4", 1, 1 }, { "TCP_IPV4", 2, 2 }, { "IPV6", 3, 3 }, { "TCP_IPV6", 4, 4 }, } },
    [0x40] = { name = "RSS_KEY0", fields = { { "BYTES", 31, 0 }, } },
    [0x44] = { name = "RSS_KEY1", fields = { { "BYTES", 31, 0 }, } },
    [0x48] = { name = "RSS_KEY2", fields = { { "BYTES", 31, 0 }, } },
    [0x4C] = { name = "RSS_KEY3", fields = { { "BYTES", 31, 0 }, } },
    [0x50] = { name = "RSS_KEY4", fields = { { "BYTES", 31, 0 }, } },
    [0x54] = { name = "RSS_KEY5", fields = { { "BYTES", 31, 0 }, } },
    [0x58] = { name = "RSS_KEY6", fields = { { "BYTES", 31, 0 }, } },
    [0x5C] = { name = "RSS_KEY7", fields = { { "BYTES", 31, 0 }, } },
    [0x60] = { name = "RSS_KEY8", fields = { { "BYTES", 31, 0 }, } },
    [0x64] = { name = "RSS_KEY9", fields = { { "BYTES", 31, 0 }, } },
    [0x100] = { name = "RSS_TABLE0", fields = { { "ENTRIES", 31, 0 }, } },
    [0x104] = { name = "RSS_TABLE1", fields = { { "ENTRIES", 31, 0 }, } },
    [0x108] = { name = "RSS_TABLE2", fields = { { "ENTRIES", 31, 0 }, } },
    [0x10C] = { name = "RSS_TABLE3", fields = { { "ENTRIES", 31, 0 }, } },
    [0x110] = { name = "RSS_TABLE4", fields = { { "ENTRIES", 31, 0 }, } },
    [0x114] = { name = "RSS_TABLE5", fields = { { "ENTRIES", 31, 0 }, } },
    [0x118] = { name = "RSS_TABLE6", fields = { { "ENTRIES", 31, 0 }, } },
    [0x11C] = { name = "RSS_TABLE7", fields = { { "ENTRIES", 31, 0 }, } },
    [0x120] = { name = "RSS_TABLE8", fields = { { "ENTRIES", 31, 0 }, } },
    [0x124] = { name = "RSS_TABLE9", fields = { { "ENTRIES", 31, 0 }, } },
    [0x128] = { name = "RSS_TABLE10", fields = { { "ENTRIES", 31, 0 }, } },
    [0x12C] = { name = "RSS_TABLE11", fields = { { "ENTRIES", 31, 0 }, } },
    [0x130] = { name = "RSS_TABLE12", fields = { { "ENTRIES", 31, 0 }, } },
    [0x134] = { name = "RSS_TABLE13", fields = { { "ENTRIES", 31, 0 }, } },
    [0x138] = { name = "RSS_TABLE14", fields = { { "ENTRIES", 31, 0 }, } },
    [0x13C] = { name = "RSS_TABLE15", fields = { { "ENTRIES", 31, 0 }, } },
    [0x140] = { name = "RSS_TABLE16", fields = { { "ENTRIES", 31, 0 }, } },
    [0x144] = { name = "RSS_TABLE17", fields = { { "ENTRIES", 31, 0 }, } },
    [0x148] = { name = "RSS_TABLE18", fields = { { "ENTRIES", 31, 0 }, } },
    [0x14C] = { name = "RSS_TABLE19", fields = { { "ENTRIES", 31, 0 }, } },
    [0x150] = { name = "RSS_TABLE20", fields = { { "ENTRIES", 31, 0 }, } },
    [0x154] = { name = "RSS_TABLE21", fields = { { "ENTRIES", 31, 0 }, } },
    [0x158] = { name = "RSS_TABLE22", fields = { { "ENTRIES", 31, 0 }, } },
    [0x15C] = { name = "RSS_TABLE23", fields = { { "ENTRIES", 31, 0 }, } },
    [0x160] = { name = "RSS_TABLE24", fields = { { "ENTRIES", 31, 0 }, } },
    [0x164] = { name = "RSS_TABLE25", fields = { { "ENTRIES", 31, 0 }, } },
    [0x168] = { name = "RSS_TABLE26", fields = { { "ENTRIES", 31, 0 }, } },
    [0x16C] = { name = "RSS_TABLE27", fields = { { "ENTRIES", 31, 0 }, } },
    [0x170] = { name = "RSS_TABLE28", fields = { { "ENTRIES", 31, 0 }, } },
    [0x174] = { name = "RSS_TABLE29", fields = { { "ENTRIES", 31, 0 }, } },
    [0x178] = { name = "RSS_TABLE30", fields = { { "ENTRIES", 31, 0 }, } },
    [0x17C] = { name = "RSS_TABLE31", fields = { { "ENTRIES", 31, 0 }, } },
  } },
  { bar = 0, base = 0x900, size = 0x4, count = 33, registers = {
    [0x00] = { name = "ITR%d", fields = { { "INTERVAL_US", 15, 0 }, { "FRAMES", 31, 16 }, } },
  } },
  { bar = 0, base = 0x1000, size = 0x200, count = 1, registers = {
    [0x00] = { name = "STAT_TX_FRAMES_LO", pair = "STAT_TX_FRAMES", fields = { { "VALUE", 31, 0 }, } },
    [0x04] = { name = "STAT_TX_FRAMES_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x08] = { name = "STAT_TX_BYTES_LO", pair = "STAT_TX_BYTES", fields = { { "VALUE", 31, 0 }, } },
    [0x0C] = { name = "STAT_TX_BYTES_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x10] = { name = "STAT_TX_ERRORS_LO", pair = "STAT_TX_ERRORS", fields = { { "VALUE", 31, 0 }, } },
    [0x14] = { name = "STAT_TX_ERRORS_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x18] = { name = "STAT_RX_FRAMES_LO", pair = "STAT_RX_FRAMES", fields = { { "VALUE", 31, 0 }, } },
    [0x1C] = { name = "STAT_RX_FRAMES_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x20] = { name = "STAT_RX_BYTES_LO", pair = "STAT_RX_BYTES", fields = { { "VALUE", 31, 0 }, } },
    [0x24] = { name = "STAT_RX_BYTES_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x28] = { name = "STAT_RX_FILTERED_LO", pair = "STAT_RX_FILTERED", fields = { { "VALUE", 31, 0 }, } },
    [0x2C] = { name = "STAT_RX_FILTERED_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x30] = { name = "STAT_RX_NO_BUFFER_LO", pair = "STAT_RX_NO_BUFFER", fields = { { "VALUE", 31, 0 }, } },
    [0x34] = { name = "STAT_RX_NO_BUFFER_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x38] = { name = "STAT_RX_TOO_LONG_LO", pair = "STAT_RX_TOO_LONG", fields = { { "VALUE", 31, 0 }, } },
    [0x3C] = { name = "STAT_RX_TOO_LONG_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x40] = { name = "STAT_RX_CSUM_ERRORS_LO", pair = "STAT_RX_CSUM_ERRORS", fields = { { "VALUE", 31, 0 }, } },
    [0x44] = { name = "STAT_RX_CSUM_ERRORS_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x48] = { name = "STAT_RX_MULTICAST_LO", pair = "STAT_RX_MULTICAST", fields = { { "VALUE", 31, 0 }, } },
    [0x4C] = { name = "STAT_RX_MULTICAST_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x50] = { name = "STAT_TX_TLS_ENCRYPTED_PACKETS_LO", pair = "STAT_TX_TLS_ENCRYPTED_PACKETS", fields = { { "VALUE", 31, 0 }, } },
    [0x54] = { name = "STAT_TX_TLS_ENCRYPTED_PACKETS_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x58] = { name = "STAT_TX_TLS_ENCRYPTED_BYTES_LO", pair = "STAT_TX_TLS_ENCRYPTED_BYTES", fields = { { "VALUE", 31, 0 }, } },
    [0x5C] = { name = "STAT_TX_TLS_ENCRYPTED_BYTES_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x60] = { name = "STAT_TX_TLS_CTX_LO", pair = "STAT_TX_TLS_CTX", fields = { { "VALUE", 31, 0 }, } },
    [0x64] = { name = "STAT_TX_TLS_CTX_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x68] = { name = "STAT_TX_TLS_DEL_LO", pair = "STAT_TX_TLS_DEL", fields = { { "VALUE", 31, 0 }, } },
    [0x6C] = { name = "STAT_TX_TLS_DEL_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x70] = { name = "STAT_TX_TLS_OOO_LO", pair = "STAT_TX_TLS_OOO", fields = { { "VALUE", 31, 0 }, } },
    [0x74] = { name = "STAT_TX_TLS_OOO_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x78] = { name = "STAT_TX_TLS_REPLAY_BYTES_LO", pair = "STAT_TX_TLS_REPLAY_BYTES", fields = { { "VALUE", 31, 0 }, } },
    [0x7C] = { name = "STAT_TX_TLS_REPLAY_BYTES_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x80] = { name = "STAT_TX_TLS_ERR_LO", pair = "STAT_TX_TLS_ERR", fields = { { "VALUE", 31, 0 }, } },
    [0x84] = { name = "STAT_TX_TLS_ERR_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x88] = { name = "STAT_RX_TLS_DECRYPTED_PACKETS_LO", pair = "STAT_RX_TLS_DECRYPTED_PACKETS", fields = { { "VALUE", 31, 0 }, } },
    [0x8C] = { name = "STAT_RX_TLS_DECRYPTED_PACKETS_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x90] = { name = "STAT_RX_TLS_DECRYPTED_BYTES_LO", pair = "STAT_RX_TLS_DECRYPTED_BYTES", fields = { { "VALUE", 31, 0 }, } },
    [0x94] = { name = "STAT_RX_TLS_DECRYPTED_BYTES_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x98] = { name = "STAT_RX_TLS_CTX_LO", pair = "STAT_RX_TLS_CTX", fields = { { "VALUE", 31, 0 }, } },
    [0x9C] = { name = "STAT_RX_TLS_CTX_HI", fields = { { "VALUE", 31, 0 }, } },
    [0xA0] = { name = "STAT_RX_TLS_DEL_LO", pair = "STAT_RX_TLS_DEL", fields = { { "VALUE", 31, 0 }, } },
    [0xA4] = { name = "STAT_RX_TLS_DEL_HI", fields = { { "VALUE", 31, 0 }, } },
    [0xA8] = { name = "STAT_RX_TLS_RESYNC_REQ_PKT_LO", pair = "STAT_RX_TLS_RESYNC_REQ_PKT", fields = { { "VALUE", 31, 0 }, } },
    [0xAC] = { name = "STAT_RX_TLS_RESYNC_REQ_PKT_HI", fields = { { "VALUE", 31, 0 }, } },
    [0xB0] = { name = "STAT_RX_TLS_RESYNC_RES_OK_LO", pair = "STAT_RX_TLS_RESYNC_RES_OK", fields = { { "VALUE", 31, 0 }, } },
    [0xB4] = { name = "STAT_RX_TLS_RESYNC_RES_OK_HI", fields = { { "VALUE", 31, 0 }, } },
    [0xB8] = { name = "STAT_RX_TLS_RESYNC_RES_SKIP_LO", pair = "STAT_RX_TLS_RESYNC_RES_SKIP", fields = { { "VALUE", 31, 0 }, } },
    [0xBC] = { name = "STAT_RX_TLS_RESYNC_RES_SKIP_HI", fields = { { "VALUE", 31, 0 }, } },
    [0xC0] = { name = "STAT_RX_TLS_ERR_LO", pair = "STAT_RX_TLS_ERR", fields = { { "VALUE", 31, 0 }, } },
    [0xC4] = { name = "STAT_RX_TLS_ERR_HI", fields = { { "VALUE", 31, 0 }, } },
    [0xC8] = { name = "STAT_RX_TLS_PASSED_PACKETS_LO", pair = "STAT_RX_TLS_PASSED_PACKETS", fields = { { "VALUE", 31, 0 }, } },
    [0xCC] = { name = "STAT_RX_TLS_PASSED_PACKETS_HI", fields = { { "VALUE", 31, 0 }, } },
    [0xD0] = { name = "STAT_TX_TLS_WASTE_BYTES_LO", pair = "STAT_TX_TLS_WASTE_BYTES", fields = { { "VALUE", 31, 0 }, } },
    [0xD4] = { name = "STAT_TX_TLS_WASTE_BYTES_HI", fields = { { "VALUE", 31, 0 }, } },
  } },
  { bar = 0, base = 0x4000, size = 0x80, count = 16, registers = {
    [0x00] = { name = "TXQ%d_BASE_LO", pair = "TXQ%d_BASE", fields = { { "VALUE", 31, 0 }, } },
    [0x04] = { name = "TXQ%d_BASE_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x08] = { name = "TXQ%d_SIZE", fields = { { "LOG2", 4, 0 }, } },
    [0x0C] = { name = "TXQ%d_CTRL", fields = { { "ENABLE", 0, 0 }, { "RESET", 31, 31 }, } },
    [0x10] = { name = "TXQ%d_STATUS", fields = { { "ENABLED", 0, 0 }, { "ERROR", 15, 8 }, } },
    [0x14] = { name = "TXQ%d_HEAD", fields = { { "INDEX", 31, 0 }, } },
    [0x20] = { name = "TXQ%d_CQ_BASE_LO", pair = "TXQ%d_CQ_BASE", fields = { { "VALUE", 31, 0 }, } },
    [0x24] = { name = "TXQ%d_CQ_BASE_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x28] = { name = "TXQ%d_CQ_SIZE", fields = { { "LOG2", 4, 0 }, } },
    [0x2C] = { name = "TXQ%d_CQ_PRODUCER", fields = { { "INDEX", 31, 0 }, } },
    [0x30] = { name = "TXQ%d_VECTOR", fields = { { "VECTOR", 15, 0 }, } },
  } },
  { bar = 0, base = 0x6000, size = 0x80, count = 16, registers = {
    [0x00] = { name = "RXQ%d_BASE_LO", pair = "RXQ%d_BASE", fields = { { "VALUE", 31, 0 }, } },
    [0x04] = { name = "RXQ%d_BASE_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x08] = { name = "RXQ%d_SIZE", fields = { { "LOG2", 4, 0 }, } },
    [0x0C] = { name = "RXQ%d_CTRL", fields = { { "ENABLE", 0, 0 }, { "RESET", 31, 31 }, } },
    [0x10] = { name = "RXQ%d_STATUS", fields = { { "ENABLED", 0, 0 }, { "ERROR", 15, 8 }, } },
    [0x14] = { name = "RXQ%d_HEAD", fields = { { "INDEX", 31, 0 }, } },
    [0x20] = { name = "RXQ%d_CQ_BASE_LO", pair = "RXQ%d_CQ_BASE", fields = { { "VALUE", 31, 0 }, } },
    [0x24] = { name = "RXQ%d_CQ_BASE_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x28] = { name = "RXQ%d_CQ_SIZE", fields = { { "LOG2", 4, 0 }, } },
    [0x2C] = { name = "RXQ%d_CQ_PRODUCER", fields = { { "INDEX", 31, 0 }, } },
    [0x30] = { name = "RXQ%d_VECTOR", fields = { { "VECTOR", 15, 0 }, } },
  } },
  { bar = 0, base = 0x8000, size = 0x200, count = 1, registers = {
    [0x00] = { name = "TOE_BASE_LO", pair = "TOE_BASE", fields = { { "VALUE", 31, 0 }, } },
    [0x04] = { name = "TOE_BASE_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x08] = { name = "TOE_SIZE", fields = { { "LOG2", 4, 0 }, } },
    [0x0C] = { name = "TOE_CTRL", fields = { { "ENABLE", 0, 0 }, { "RESET", 31, 31 }, } },
    [0x10] = { name = "TOE_STATUS", fields = { { "ENABLED", 0, 0 }, { "ERROR", 15, 8 }, } },
    [0x14] = { name = "TOE_HEAD", fields = { { "INDEX", 31, 0 }, } },
    [0x18] = { name = "TOE_TAIL", fields = { { "INDEX", 31, 0 }, } },
    [0x20] = { name = "TOE_CQ_BASE_LO", pair = "TOE_CQ_BASE", fields = { { "VALUE", 31, 0 }, } },
    [0x24] = { name = "TOE_CQ_BASE_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x28] = { name = "TOE_CQ_SIZE", fields = { { "LOG2", 4, 0 }, } },
    [0x2C] = { name = "TOE_CQ_PRODUCER", fields = { { "INDEX", 31, 0 }, } },
    [0x30] = { name = "TOE_VECTOR", fields = { { "VECTOR", 15, 0 }, } },
    [0x34] = { name = "TOE_CONSUMER", fields = { { "INDEX", 31, 0 }, } },
    [0x38] = { name = "TOE_ARM", fields = { { "INDEX", 31, 0 }, } },
    [0x40] = { name = "TOE_CAPACITY", fields = { { "CONNECTIONS", 15, 0 }, { "LISTENERS", 23, 16 }, } },
    [0x44] = { name = "TOE_CONN_BYTES", fields = { { "BYTES", 31, 0 }, } },
    [0x48] = { name = "TOE_LIMITS", fields = { { "PIECES", 7, 0 }, { "PENDING", 15, 8 }, } },
    [0x4C] = { name = "TOE_USED", fields = { { "CONNECTIONS", 15, 0 }, } },
    [0x50] = { name = "TOE_IPV4", fields = { { "VALUE", 31, 0 }, } },
    [0x54] = { name = "TOE_MTU", fields = { { "BYTES", 15, 0 }, } },
    [0x60] = { name = "TOE_IPV6_0", fields = { { "VALUE", 31, 0 }, } },
    [0x64] = { name = "TOE_IPV6_1", fields = { { "VALUE", 31, 0 }, } },
    [0x68] = { name = "TOE_IPV6_2", fields = { { "VALUE", 31, 0 }, } },
    [0x6C] = { name = "TOE_IPV6_3", fields = { { "VALUE", 31, 0 }, } },
    [0x100] = { name = "TOE_STAT_CONNECTIONS_LO", pair = "TOE_STAT_CONNECTIONS", fields = { { "VALUE", 31, 0 }, } },
    [0x104] = { name = "TOE_STAT_CONNECTIONS_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x108] = { name = "TOE_STAT_REFUSED_LO", pair = "TOE_STAT_REFUSED", fields = { { "VALUE", 31, 0 }, } },
    [0x10C] = { name = "TOE_STAT_REFUSED_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x110] = { name = "TOE_STAT_TX_SEGMENTS_LO", pair = "TOE_STAT_TX_SEGMENTS", fields = { { "VALUE", 31, 0 }, } },
    [0x114] = { name = "TOE_STAT_TX_SEGMENTS_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x118] = { name = "TOE_STAT_RX_SEGMENTS_LO", pair = "TOE_STAT_RX_SEGMENTS", fields = { { "VALUE", 31, 0 }, } },
    [0x11C] = { name = "TOE_STAT_RX_SEGMENTS_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x120] = { name = "TOE_STAT_RETRANSMITS_LO", pair = "TOE_STAT_RETRANSMITS", fields = { { "VALUE", 31, 0 }, } },
    [0x124] = { name = "TOE_STAT_RETRANSMITS_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x128] = { name = "TOE_STAT_RETRANSMIT_BYTES_LO", pair = "TOE_STAT_RETRANSMIT_BYTES", fields = { { "VALUE", 31, 0 }, } },
    [0x12C] = { name = "TOE_STAT_RETRANSMIT_BYTES_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x130] = { name = "TOE_STAT_RECORDS_SEALED_LO", pair = "TOE_STAT_RECORDS_SEALED", fields = { { "VALUE", 31, 0 }, } },
    [0x134] = { name = "TOE_STAT_RECORDS_SEALED_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x138] = { name = "TOE_STAT_RECORDS_OPENED_LO", pair = "TOE_STAT_RECORDS_OPENED", fields = { { "VALUE", 31, 0 }, } },
    [0x13C] = { name = "TOE_STAT_RECORDS_OPENED_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x140] = { name = "TOE_STAT_RECORD_ERRORS_LO", pair = "TOE_STAT_RECORD_ERRORS", fields = { { "VALUE", 31, 0 }, } },
    [0x144] = { name = "TOE_STAT_RECORD_ERRORS_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x148] = { name = "TOE_STAT_HOST_READ_BYTES_LO", pair = "TOE_STAT_HOST_READ_BYTES", fields = { { "VALUE", 31, 0 }, } },
    [0x14C] = { name = "TOE_STAT_HOST_READ_BYTES_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x150] = { name = "TOE_STAT_HOST_WRITTEN_BYTES_LO", pair = "TOE_STAT_HOST_WRITTEN_BYTES", fields = { { "VALUE", 31, 0 }, } },
    [0x154] = { name = "TOE_STAT_HOST_WRITTEN_BYTES_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x158] = { name = "TOE_STAT_CARD_READ_BYTES_LO", pair = "TOE_STAT_CARD_READ_BYTES", fields = { { "VALUE", 31, 0 }, } },
    [0x15C] = { name = "TOE_STAT_CARD_READ_BYTES_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x160] = { name = "TOE_STAT_CARD_WRITTEN_BYTES_LO", pair = "TOE_STAT_CARD_WRITTEN_BYTES", fields = { { "VALUE", 31, 0 }, } },
    [0x164] = { name = "TOE_STAT_CARD_WRITTEN_BYTES_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x168] = { name = "TOE_STAT_LOST_FRAMES_LO", pair = "TOE_STAT_LOST_FRAMES", fields = { { "VALUE", 31, 0 }, } },
    [0x16C] = { name = "TOE_STAT_LOST_FRAMES_HI", fields = { { "VALUE", 31, 0 }, } },
    [0x170] = { name = "TOE_STAT_LIST_BYTES_LO", pair = "TOE_STAT_LIST_BYTES", fields = { { "VALUE", 31, 0 }, } },
    [0x174] = { name = "TOE_STAT_LIST_BYTES_HI", fields = { { "VALUE", 31, 0 }, } },
  } },
  { bar = 2, base = 0x0, size = 0x1000, count = 16, registers = {
    [0x00] = { name = "DB%d_TX_TAIL", fields = { { "INDEX", 31, 0 }, } },
    [0x04] = { name = "DB%d_TX_CONSUMER", fields = { { "INDEX", 31, 0 }, } },
    [0x08] = { name = "DB%d_TX_ARM", fields = { { "INDEX", 31, 0 }, } },
    [0x10] = { name = "DB%d_RX_TAIL", fields = { { "INDEX", 31, 0 }, } },
    [0x14] = { name = "DB%d_RX_CONSUMER", fields = { { "INDEX", 31, 0 }, } },
    [0x18] = { name = "DB%d_RX_ARM", fields = { { "INDEX", 31, 0 }, } },
  } },
}

local areas = {
  { name = "MBOX_REQUEST", bar = 0, base = 0x200, length = 0x100 },
  { name = "MBOX_REPLY", bar = 0, base = 0x300, length = 0x100 },
  { name = "MSIX_TABLE", bar = 4, base = 0x0, length = 0x1000 },
  { name = "MSIX_PENDING", bar = 4, base = 0x1000, length = 0x1000 },
}

local device = Proto("nicemu", "NicEmu device event")
local host = Proto("nicemuhost", "NicEmu host frame")

local HEADER = 72

local f = {
  kind = ProtoField.uint8("nicemu.kind", "Kind", base.DEC, kinds),
  device = ProtoField.uint16("nicemu.device", "Device"),
  register = ProtoField.string("nicemu.register", "Register"),
  field = ProtoField.string("nicemu.field", "Field"),
  queue = ProtoField.int32("nicemu.queue", "Queue"),
  vector = ProtoField.int32("nicemu.vector", "Vector"),
  bar = ProtoField.int32("nicemu.bar", "BAR"),
  code = ProtoField.int32("nicemu.code", "Code"),
  code_name = ProtoField.string("nicemu.code_name", "Meaning"),
  address = ProtoField.uint64("nicemu.address", "Address", base.HEX),
  value = ProtoField.uint64("nicemu.value", "Value", base.HEX),
  length = ProtoField.int32("nicemu.length", "Length"),
  flags = ProtoField.uint32("nicemu.flags", "Flags", base.HEX),
  handle = ProtoField.uint64("nicemu.handle", "TLS handle", base.HEX),
  record = ProtoField.uint64("nicemu.record", "TLS record number"),
  sequence = ProtoField.uint32("nicemu.seq", "TCP sequence", base.HEX),
  time = ProtoField.uint64("nicemu.time_ps", "Time (ps)"),
  text = ProtoField.string("nicemu.text", "Text"),
  data = ProtoField.bytes("nicemu.data", "Data"),
}

local all = {}
for _, field in pairs(f) do all[#all + 1] = field end
device.fields = all

local guest_error = ProtoExpert.new("nicemu.guest_error", "The driver broke a rule of the device", expert.group.PROTOCOL, expert.severity.ERROR)
local malformed = ProtoExpert.new("nicemu.malformed", "No device event of a known version", expert.group.MALFORMED, expert.severity.ERROR)
device.experts = { guest_error, malformed }

local function named(names, number)
  return names[number] or tostring(number)
end

local function signed(range)
  return range:le_int()
end

local function find_register(bar, offset)
  for _, block in ipairs(blocks) do
    if block.bar == bar and offset >= block.base and offset < block.base + block.size * block.count then
      local within = (offset - block.base) % block.size
      local register = block.registers[within - within % 4]
      if register then
        return block, math.floor((offset - block.base) / block.size), register, within % 4, within - within % 4
      end
    end
  end
end

local function place_name(bar, offset, length)
  local block, instance, register, lane = find_register(bar, offset)
  if register then
    local name = string.format(length == 8 and register.pair or register.name, instance)
    return lane == 0 and name or string.format("%s+%d", name, lane)
  end
  for _, area in ipairs(areas) do
    if area.bar == bar and offset >= area.base and offset < area.base + area.length then
      return string.format("%s+0x%02X", area.name, offset - area.base)
    end
  end
  return string.format("BAR%d+0x%04X", bar, offset)
end

-- Fields that are not zero, lowest bit first. A field that fills its register says no more than the value.
local function field_texts(register, value, texts)
  local secret = false
  for _, field in ipairs(register.fields) do
    local name, msb, lsb, is_secret = field[1], field[2], field[3], field[4]
    local part = math.floor(value / 2 ^ lsb) % math.floor(2 ^ (msb - lsb + 1))
    if is_secret then
      secret = true
    elseif part ~= 0 and msb - lsb < 31 then
      texts[#texts + 1] = string.format(msb == lsb and "%s=%d" or "%s=0x%X", name, part)
    end
  end
  return secret
end

local function access(tvb, arrow, tree)
  local bar, length = signed(tvb(16, 4)), signed(tvb(20, 4))
  local offset, low, high = tvb(24, 4):le_uint(), tvb(32, 4):le_uint(), tvb(36, 4):le_uint()
  if tvb(28, 4):le_uint() ~= 0 then
    return string.format("BAR%d+0x%08X%08X%s(%d bytes)", bar, tvb(28, 4):le_uint(), offset, arrow, length)
  end
  local texts, secret = {}, false
  local block, _, register, lane, at = find_register(bar, offset)
  local name = place_name(bar, offset, length)
  if register then
    secret = field_texts(register, (low * 2 ^ (8 * lane)) % 2 ^ 32, texts)
    local second = length == 8 and block.registers[at + 4]
    if second then secret = field_texts(second, high, texts) or secret end
  end
  tree:add(f.register, tvb(24, 8), name)
  if secret then return name .. arrow .. "(secret)" end
  for _, text in ipairs(texts) do tree:add(f.field, tvb(32, 8), text) end
  local value
  if length == 8 then value = string.format("0x%08X%08X", high, low)
  elseif length == 1 then value = string.format("0x%02X", low)
  elseif length == 2 then value = string.format("0x%04X", low)
  else value = string.format("0x%08X", low) end
  return name .. arrow .. value .. (#texts > 0 and " " .. table.concat(texts, " ") or "")
end

local function handle_text(tvb)
  local low, high = tvb(40, 4):le_uint(), tvb(44, 4):le_uint()
  if low == 0 and high == 0 then return "" end
  return string.format(" ctx 0x%08X%08X", high, low)
end

local function tls_text(tvb)
  local handle = handle_text(tvb)
  if handle == "" then return "" end
  return string.format("%s record %s seq 0x%08X", handle, tostring(tvb(48, 8):le_uint64()), tvb(64, 4):le_uint())
end

local function long_hex(tvb, at)
  return "0x" .. (string.format("%08X%08X", tvb(at + 4, 4):le_uint(), tvb(at, 4):le_uint()):gsub("^0+(%x)", "%1"))
end

local function fault(tvb)
  local status = signed(tvb(12, 4))
  return status == 0 and "" or " " .. named(bus_status, status)
end

local function note(tree, tvb, name)
  tree:add(f.code_name, tvb(12, 4), name)
  return name
end

local function config(arrow)
  return function(tvb)
    local length = signed(tvb(20, 4))
    local digits = length == 1 and "%02X" or length == 2 and "%04X" or "%08X"
    return string.format("CFG+0x%03X%s0x" .. digits, tvb(24, 4):le_uint(), arrow, tvb(32, 4):le_uint())
  end
end

local function dma(word)
  return function(tvb)
    return string.format("DMA %s %s %d bytes%s", word, long_hex(tvb, 24), signed(tvb(20, 4)), fault(tvb))
  end
end

local function low_byte(tvb, at)
  return tvb(at, 1):uint()
end

local describe = {
  ConfigRead = config(" -> "),
  ConfigWrite = config(" <- "),
  MmioRead = function(tvb, tree) return access(tvb, " -> ", tree) end,
  MmioWrite = function(tvb, tree) return access(tvb, " <- ", tree) end,
  DmaRead = dma("read"),
  DmaWrite = dma("write"),
  InterruptRaised = function(tvb, tree)
    tree:add_le(f.vector, tvb(16, 4))
    return string.format("IRQ vector %d %s <- %s%s", signed(tvb(16, 4)), long_hex(tvb, 24), long_hex(tvb, 32), fault(tvb))
  end,
  MailboxCommand = function(tvb, tree)
    local what = named(mailbox_opcodes, signed(tvb(12, 4))) .. " " .. named(mailbox_status, low_byte(tvb, 32))
    return "MBOX " .. note(tree, tvb, what) .. handle_text(tvb)
  end,
  ContextInstalled = function(tvb, tree)
    local side = low_byte(tvb, 8) % 2 == 1 and "RX" or "TX"
    local what = named(versions, tvb(32, 2):le_uint()) .. " " .. named(ciphers, low_byte(tvb, 12))
    local mode = math.floor(low_byte(tvb, 8) / 2) % 4
    if mode ~= 0 then side = side .. " " .. named(tx_modes, mode) end
    return "CTX installed " .. side .. " " .. note(tree, tvb, what) .. tls_text(tvb)
  end,
  ContextRemoved = function(tvb) return "CTX removed" .. handle_text(tvb) end,
  RecordProtected = function(tvb)
    local late = low_byte(tvb, 8) % 2 == 1 and " out of sequence" or ""
    return string.format("RECORD sealed %d bytes type %d%s%s", signed(tvb(20, 4)), signed(tvb(12, 4)), late, tls_text(tvb))
  end,
  RecordOpened = function(tvb)
    local right = tvb(32, 4):le_uint() == 1 and tvb(36, 4):le_uint() == 0
    return string.format("RECORD opened %d bytes type %d tag %s%s", signed(tvb(20, 4)), signed(tvb(12, 4)), right and "right" or "WRONG", tls_text(tvb))
  end,
  ResyncStep = function(tvb, tree, text)
    if math.floor(low_byte(tvb, 42) / 64) == 2 then
      local bytes = tvb(32, 4):le_uint()
      return "RESYNC TX " .. note(tree, tvb, named(tx_steps, low_byte(tvb, 12))) .. tls_text(tvb) .. (bytes ~= 0 and " " .. bytes .. " bytes" or "")
    end
    local line = "RESYNC"
    if low_byte(tvb, 32) ~= low_byte(tvb, 12) then
      line = line .. " " .. note(tree, tvb, named(rx_states, low_byte(tvb, 32)) .. " -> " .. named(rx_states, low_byte(tvb, 12)))
    end
    return line .. tls_text(tvb) .. (text ~= "" and ": " .. text or "")
  end,
  TimerFired = function(_, _, text) return "TIMER " .. text end,
  GuestError = function(tvb, tree, text)
    local what = named(guest_errors, signed(tvb(12, 4)))
    note(tree, tvb, what)
    return string.format("GUEST ERROR %s address %s value %s index %d%s%s", what, long_hex(tvb, 24), long_hex(tvb, 32), signed(tvb(16, 4)),
      handle_text(tvb), text ~= "" and ": " .. text or "")
  end,
  NetworkEvent = function(tvb, tree, _, size)
    return string.format("NETWORK %s %d bytes", note(tree, tvb, named(network_actions, signed(tvb(12, 4)))), size)
  end,
  Completion = function(tvb, tree)
    tree:add_le(f.queue, tvb(16, 4))
    local receive = low_byte(tvb, 8) % 2 == 1
    local status = note(tree, tvb, named(receive and rx_status or tx_status, low_byte(tvb, 12)))
    return string.format("COMPLETION %s%d %s cookie %s%s", receive and "RXQ" or "TXQ", signed(tvb(16, 4)), status, long_hex(tvb, 32), handle_text(tvb))
  end,
  Reset = function(tvb, tree)
    return string.format("RESET %s epoch %s", note(tree, tvb, named(reset_kinds, signed(tvb(12, 4)))), tostring(tvb(32, 8):le_uint64()))
  end,
}

function device.dissector(tvb, pinfo, root)
  pinfo.cols.protocol = "NICEMU"
  local tree = root:add(device, tvb())
  local text_length = tvb:len() >= HEADER and tvb(6, 2):le_uint() or 0
  if tvb:len() < HEADER + text_length or tvb(0, 2):string() ~= "NE" or tvb(2, 1):uint() ~= 1 then
    tree:add_proto_expert_info(malformed)
    return tvb:len()
  end

  local kind = named(kinds, tvb(3, 1):uint())
  local text = text_length > 0 and tvb(HEADER, text_length):string(ENC_UTF_8) or ""
  local size = tvb:reported_len() - HEADER - text_length
  tree:add(f.kind, tvb(3, 1))
  tree:add_le(f.device, tvb(4, 2))
  local describer = describe[kind]
  local line = describer and describer(tvb, tree, text, size) or "EVENT " .. kind
  if kind == "MmioRead" or kind == "MmioWrite" then tree:add_le(f.bar, tvb(16, 4)) end
  tree:add_le(f.code, tvb(12, 4))
  tree:add_le(f.length, tvb(20, 4))
  tree:add_le(f.flags, tvb(8, 4))
  tree:add_le(f.address, tvb(24, 8))
  tree:add_le(f.value, tvb(32, 8))
  if handle_text(tvb) ~= "" then
    tree:add_le(f.handle, tvb(40, 8))
    tree:add_le(f.record, tvb(48, 8))
    tree:add_le(f.sequence, tvb(64, 4))
  end
  tree:add_le(f.time, tvb(56, 8))
  if text_length > 0 then tree:add(f.text, tvb(HEADER, text_length), text) end
  if tvb:len() > HEADER + text_length then tree:add(f.data, tvb(HEADER + text_length)) end
  if kind == "GuestError" then tree:add_proto_expert_info(guest_error, line) end
  tree:append_text(": " .. line)
  pinfo.cols.info = string.format("nic%d %s", tvb(4, 2):le_uint(), line)
  return tvb:len()
end

-- Frames between driver and device. Their headers are decoded here: handing them to the ip or tcp dissector would make Wireshark take them
-- for retransmissions of the frames on the wire.
local h = {
  destination = ProtoField.ether("nicemuhost.dst", "Destination"),
  source = ProtoField.ether("nicemuhost.src", "Source"),
  type = ProtoField.uint16("nicemuhost.type", "Type", base.HEX),
  vlan = ProtoField.uint16("nicemuhost.vlan", "VLAN tag", base.HEX),
  ip4_source = ProtoField.ipv4("nicemuhost.ip.src", "IPv4 source"),
  ip4_destination = ProtoField.ipv4("nicemuhost.ip.dst", "IPv4 destination"),
  ip6_source = ProtoField.ipv6("nicemuhost.ipv6.src", "IPv6 source"),
  ip6_destination = ProtoField.ipv6("nicemuhost.ipv6.dst", "IPv6 destination"),
  protocol = ProtoField.uint8("nicemuhost.ip.proto", "IP protocol"),
  source_port = ProtoField.uint16("nicemuhost.tcp.srcport", "TCP source port"),
  destination_port = ProtoField.uint16("nicemuhost.tcp.dstport", "TCP destination port"),
  sequence = ProtoField.uint32("nicemuhost.tcp.seq", "TCP sequence"),
  acknowledgment = ProtoField.uint32("nicemuhost.tcp.ack", "TCP acknowledgment"),
  flags = ProtoField.uint8("nicemuhost.tcp.flags", "TCP flags", base.HEX),
  checksum = ProtoField.uint16("nicemuhost.tcp.checksum", "TCP checksum", base.HEX),
  payload = ProtoField.bytes("nicemuhost.payload", "Payload"),
}

local host_fields = {}
for _, field in pairs(h) do host_fields[#host_fields + 1] = field end
host.fields = host_fields

local FLAG_NAMES = { "FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR" }

local function flag_text(flags)
  local set = {}
  for bit, name in ipairs(FLAG_NAMES) do
    if math.floor(flags / 2 ^ (bit - 1)) % 2 == 1 then set[#set + 1] = name end
  end
  return table.concat(set, ",")
end

local function dissect_tcp(tvb, tree, at, stop)
  if at + 20 > stop then return "TCP cut off" end
  local header = math.floor(tvb(at + 12, 1):uint() / 16) * 4
  tree:add(h.source_port, tvb(at, 2))
  tree:add(h.destination_port, tvb(at + 2, 2))
  tree:add(h.sequence, tvb(at + 4, 4))
  tree:add(h.acknowledgment, tvb(at + 8, 4))
  tree:add(h.flags, tvb(at + 13, 1))
  tree:add(h.checksum, tvb(at + 16, 2))
  local length = math.max(stop - at - header, 0)
  if header >= 20 and length > 0 then tree:add(h.payload, tvb(at + header, length)) end
  return string.format("%d > %d [%s] seq 0x%08X ack 0x%08X len %d", tvb(at, 2):uint(), tvb(at + 2, 2):uint(), flag_text(tvb(at + 13, 1):uint()),
    tvb(at + 4, 4):uint(), tvb(at + 8, 4):uint(), length)
end

local function dissect_ip4(tvb, pinfo, tree, at)
  if at + 20 > tvb:len() then return "IPv4 cut off" end
  tree:add(h.ip4_source, tvb(at + 12, 4))
  tree:add(h.ip4_destination, tvb(at + 16, 4))
  tree:add(h.protocol, tvb(at + 9, 1))
  pinfo.cols.src = tostring(tvb(at + 12, 4):ipv4())
  pinfo.cols.dst = tostring(tvb(at + 16, 4):ipv4())
  local header, total = tvb(at, 1):uint() % 16 * 4, tvb(at + 2, 2):uint()
  local stop = total == 0 and tvb:len() or math.min(at + total, tvb:len())
  if tvb(at + 9, 1):uint() ~= 6 then return string.format("IPv4 protocol %d", tvb(at + 9, 1):uint()) end
  return dissect_tcp(tvb, tree, at + header, stop)
end

local function dissect_ip6(tvb, pinfo, tree, at)
  if at + 40 > tvb:len() then return "IPv6 cut off" end
  tree:add(h.ip6_source, tvb(at + 8, 16))
  tree:add(h.ip6_destination, tvb(at + 24, 16))
  tree:add(h.protocol, tvb(at + 6, 1))
  pinfo.cols.src = tostring(tvb(at + 8, 16):ipv6())
  pinfo.cols.dst = tostring(tvb(at + 24, 16):ipv6())
  local length = tvb(at + 4, 2):uint()
  local stop = length == 0 and tvb:len() or math.min(at + 40 + length, tvb:len())
  if tvb(at + 6, 1):uint() ~= 6 then return string.format("IPv6 next header %d", tvb(at + 6, 1):uint()) end
  return dissect_tcp(tvb, tree, at + 40, stop)
end

function host.dissector(tvb, pinfo, root)
  pinfo.cols.protocol = "NICHOST"
  local tree = root:add(host, tvb())
  if tvb:len() < 14 then
    pinfo.cols.info = "Ethernet cut off"
    return tvb:len()
  end
  tree:add(h.destination, tvb(0, 6))
  tree:add(h.source, tvb(6, 6))
  local at = 12
  while (tvb(at, 2):uint() == 0x8100 or tvb(at, 2):uint() == 0x88A8) and tvb:len() >= at + 6 do
    tree:add(h.vlan, tvb(at + 2, 2))
    at = at + 4
  end
  tree:add(h.type, tvb(at, 2))
  local type, line = tvb(at, 2):uint(), nil
  if type == 0x0800 then line = dissect_ip4(tvb, pinfo, tree, at + 2)
  elseif type == 0x86DD then line = dissect_ip6(tvb, pinfo, tree, at + 2)
  else line = string.format("Ethernet type 0x%04X", type) end
  tree:append_text(": " .. line)
  pinfo.cols.info = line
  return tvb:len()
end

local encapsulations = wtap_encaps or wtap
local link_types = DissectorTable.get("wtap_encap")
link_types:add(encapsulations.USER0, device)
link_types:add(encapsulations.USER1, host)
