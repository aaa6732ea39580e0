-- NicEmu traces in Wireshark: device events (link type USER0) and frames between driver and device (USER1).
-- Generated from the register declarations; to change it, change those or the template.
-- Use: tshark -X lua_script:nicemu.lua -r trace.pcapng, or put it into Wireshark's folder of personal Lua plug-ins.

--@TABLES@

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
