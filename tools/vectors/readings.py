#!/usr/bin/env python3
"""Writes what the end-to-end tests expect: what recorded frames of PZEM AC meters mean, as EmonCMS inputs.

Frames are checked and decoded by pymodbus 3.0.0 (Debian: python3-pymodbus), so that no expected value comes from the
code under test. Beside the recordings stand frames of loads that need all 32 bits of a register pair; pymodbus encodes
them. Run from the top folder:

    /usr/bin/python3 tools/vectors/readings.py
"""

import json
from decimal import Decimal
from pathlib import Path

from pymodbus.constants import Endian
from pymodbus.factory import ClientDecoder
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.payload import BinaryPayloadBuilder, BinaryPayloadDecoder
from pymodbus.register_read_message import ReadInputRegistersResponse

CAPTURES = Path("test/data/captures/pzem-ac-responses.txt")
BIG_LOADS = Path("test/data/captures/pzem-ac-big-loads.txt")
ENDINGS = "-readings.json"

# Volt, ampere, watt, watt hours, hertz, power factor, alarm.
LOADS = [
    ("3276.7 W and 32.767 A, the last that fit into 15 bits", "230.0", "32.767", "3276.7", 32767, "50.0", "0.43", 0),
    ("3276.8 W and 32.768 A", "230.0", "32.768", "3276.8", 32768, "50.0", "0.43", 0),
    ("4000 W, 40 A, 40 kWh", "230.1", "40.000", "4000.0", 40000, "50.0", "0.43", 0),
    ("6553.5 W, 65.535 A", "229.9", "65.535", "6553.5", 40010, "49.9", "0.43", 0),
    ("6553.6 W, 65.536 A", "229.9", "65.536", "6553.6", 40020, "50.1", "0.43", 0),
    ("23 kW, 100 A with alarm", "230.2", "100.000", "23000.0", 40090, "50.0", "1.00", 0xFFFF),
]
# The counter jumps, as when a meter was exchanged; three readings each to confirm it.
LATER = [
    ("65.535 kWh", "230.1", "40.000", "4000.0", 65535, "50.0", "0.43", 0),
    ("65.536 kWh", "230.1", "40.000", "4000.0", 65536, "50.0", "0.43", 0),
    ("65.547 kWh", "230.1", "40.000", "4000.0", 65547, "50.0", "0.43", 0),
    ("4000 W, 40 A, 70 kWh", "230.1", "40.000", "4000.0", 70000, "50.0", "0.43", 0),
    ("70.011 kWh", "230.1", "40.000", "4000.0", 70011, "50.0", "0.43", 0),
    ("70.022 kWh", "230.1", "40.000", "4000.0", 70022, "50.0", "0.43", 0),
]


def scaled(text, decimals):
    return int(Decimal(text).scaleb(decimals))


def encode(volt, ampere, watt, watt_hours, hertz, factor, alarm):
    """A whole reply frame: all pairs low word first."""
    builder = BinaryPayloadBuilder(byteorder=Endian.Big, wordorder=Endian.Little)
    builder.add_16bit_uint(scaled(volt, 1))
    builder.add_32bit_uint(scaled(ampere, 3))
    builder.add_32bit_uint(scaled(watt, 1))
    builder.add_32bit_uint(watt_hours)
    builder.add_16bit_uint(scaled(hertz, 1))
    builder.add_16bit_uint(scaled(factor, 2))
    builder.add_16bit_uint(alarm)
    reply = ReadInputRegistersResponse(builder.to_registers())
    reply.unit_id = 1
    return ModbusRtuFramer(ClientDecoder()).buildPacket(reply)


def decode(frame):
    """The inputs of one reply, by name."""
    replies = []
    ModbusRtuFramer(ClientDecoder()).processIncomingPacket(frame, replies.append, unit=1)
    (reply,) = replies
    words = BinaryPayloadDecoder.fromRegisters(reply.registers, byteorder=Endian.Big, wordorder=Endian.Little)
    return {
        "voltage": words.decode_16bit_uint() / 10,
        "current": words.decode_32bit_uint() / 1000,
        "power": words.decode_32bit_uint() / 10,
        "energy": words.decode_32bit_uint(),
        "frequency": words.decode_16bit_uint() / 10,
        "power_factor": words.decode_16bit_uint() / 100,
        "alarm": words.decode_16bit_uint(),
    }


def frames_of(text):
    for line in text.splitlines():
        content = line.split("#")[0].split()
        if content:
            yield bytes.fromhex("".join(content[1:]))


def write_big_loads():
    lines = [
        "# Replies that a PZEM-016 would give to big loads, in the form of the recordings; encoded by pymodbus",
        "# (tools/vectors/readings.py). Nobody has recorded them.",
    ]
    for second, (comment, *values) in enumerate(LOADS + LATER):
        frame = encode(*values)
        assert decode(frame)["energy"] == values[3]
        lines.append(f"12:{second // 6:02d}:{second % 6}0 {frame.hex(' ').upper()} # {comment}")
    BIG_LOADS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_readings(source):
    readings = [decode(frame) for frame in frames_of(source.read_text(encoding="utf-8"))]
    target = source.with_name(source.stem + ENDINGS)
    rows = ",\n".join("    " + json.dumps(reading) for reading in readings)
    target.write_text(f"[\n{rows}\n]\n", encoding="utf-8")
    print(f"{target}: {len(readings)} readings")


write_big_loads()
for captures in (CAPTURES, BIG_LOADS):
    write_readings(captures)
