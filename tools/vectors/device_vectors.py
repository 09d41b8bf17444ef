#!/usr/bin/env python3
"""Writes the byte vectors of the device tests as TypeScript, for the VM can read no files.

Frames are encoded and decoded by pymodbus 3.0.0 (Debian: python3-pymodbus), floats by the struct module, so that no
expected value comes from the code under test. Run from the top folder, then format:

    /usr/bin/python3 tools/vectors/device_vectors.py && npx biome check --write test/device
"""

import math
import random
import struct
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from pymodbus.constants import Endian
from pymodbus.factory import ClientDecoder
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.payload import BinaryPayloadDecoder
from pymodbus.pdu import ExceptionResponse
from pymodbus.register_read_message import (
    ReadHoldingRegistersRequest,
    ReadHoldingRegistersResponse,
    ReadInputRegistersRequest,
    ReadInputRegistersResponse,
)
from pymodbus.register_write_message import WriteSingleRegisterRequest, WriteSingleRegisterResponse
from pymodbus.utilities import computeCRC

CAPTURES = Path("test/data/captures/pzem-ac-responses.txt")
FRAMER = ModbusRtuFramer(ClientDecoder())


def rtu(message, address):
    message.unit_id = address
    return FRAMER.buildPacket(message)


def with_crc(body):
    return body + computeCRC(body).to_bytes(2, "big")


def registers_of(frame):
    messages = []
    FRAMER.resetFrame()
    FRAMER.processIncomingPacket(frame, messages.append, unit=frame[0])
    if len(messages) != 1:
        raise SystemExit(f"pymodbus does not take {frame.hex(' ')}")
    return messages[0].registers


def pzem_ac_values(registers):
    decoder = BinaryPayloadDecoder.fromRegisters(registers, byteorder=Endian.Big, wordorder=Endian.Little)
    voltage = decoder.decode_16bit_uint()
    current, power, energy = (decoder.decode_32bit_uint() for _ in range(3))
    return [voltage, current, power, energy, *(decoder.decode_16bit_uint() for _ in range(3))]


def hex_literal(data):
    return "hex`" + data.hex(" ") + "`"


def write(path, text):
    header = "// Written by tools/vectors/device_vectors.py with pymodbus and struct; do not edit.\n\n"
    Path(path).write_text(header + text)


def captures():
    lines = [
        "/** A reply of a real PZEM AC meter, and the integers of voltage, current, power, energy, frequency, power",
        " *  factor and alarm in it. From test/data/captures/pzem-ac-responses.txt. */",
        "export interface Capture {\n    readonly frame: Buffer\n    readonly values: number[]\n}\n",
        "export const captures: Capture[] = [",
    ]
    for line in CAPTURES.read_text().splitlines():
        if line and not line.startswith("#"):
            frame = bytes.fromhex(line.split(" ", 1)[1])
            lines.append(f"{{ frame: {hex_literal(frame)}, values: {pzem_ac_values(registers_of(frame))} }},")
    write("test/device/meters/captures.ts", "\n".join([*lines, "]"]) + "\n")


def scaled(value, decimals):
    if not math.isfinite(value):
        return "undefined"
    return str(int((Decimal(value) * 10**decimals).quantize(Decimal(1), ROUND_HALF_UP)))


def floats():
    rng = random.Random(20230711)
    values = [0.0, -0.0, 230.2, -1234.5, 49.98, 0.25, -0.25, 99999.99, 16777216.0, float("nan")]
    values += [float("inf"), float("-inf")]
    values += [rng.uniform(-30000, 30000) for _ in range(60)]
    values += [math.ldexp(rng.random(), rng.randrange(-20, 24)) for _ in range(60)]
    lines = ["/** IEEE 754 singles, high word first, and the integers they are with so many decimals. */"]
    lines += ["export interface FloatVector {\n    readonly registers: Buffer\n    readonly decimals: number"]
    lines += ["    readonly value: number\n}\n", "export const floats: FloatVector[] = ["]
    for value in values:
        packed = struct.pack(">f", value)
        decimals = rng.randrange(4)
        result = scaled(struct.unpack(">f", packed)[0], decimals)
        lines.append(f"{{ registers: {hex_literal(packed)}, decimals: {decimals}, value: {result} }},")
    write("test/device/meters/floats.ts", "\n".join([*lines, "]"]) + "\n")


def eastron():
    """A poll of an SDM120 in its three parts, and what each of its floats is in the profile's decimals."""
    quantities = [  # register, value, decimals
        (0, 231.47, 1), (6, 12.345, 3), (12, -2718.28, 1), (18, 2857.5, 1), (24, 880.1, 1), (30, -0.951, 3),
        (70, 49.97, 2), (72, 12345.678, 3), (74, 0.042, 3),
    ]
    words = {}
    for register, value, _ in quantities:
        words[register], words[register + 1] = struct.unpack(">HH", struct.pack(">f", value))
    lines = ["/** Replies to the reads of an SDM120: 14 registers from 0, 14 from 18, 6 from 70. */"]
    lines.append("export const sdm120Replies = [")
    for start, count in ((0, 14), (18, 14), (70, 6)):
        reply = ReadInputRegistersResponse([words.get(start + i, 0) for i in range(count)])
        lines.append(hex_literal(rtu(reply, 1)) + ",")
    lines.append("]\n\n/** The reply of an SDM230 to 32 registers from 0, with the same values. */")
    reply = ReadInputRegistersResponse([words.get(i, 0) for i in range(32)])
    lines.append(f"export const sdm230Reply = {hex_literal(rtu(reply, 1))}")
    lines.append("\n/** Voltage, current, power, VA, VAr, power factor, frequency, energy, exported energy. */")
    values = [int(scaled(struct.unpack(">f", struct.pack(">f", v))[0], d)) for _, v, d in quantities]
    lines.append(f"export const sdmValues = {values}")
    write("test/device/meters/sdm-replies.ts", "\n".join(lines) + "\n")


def exceptions():
    lines = ["/** An exception reply of address 1. */", "export interface ExceptionVector {"]
    lines += ["    readonly functionCode: number\n    readonly code: number\n    readonly frame: Buffer\n}\n"]
    lines += ["export const exceptions: ExceptionVector[] = ["]
    for function in (3, 4, 6, 0x42):
        for code in (1, 2, 3, 4):
            frame = rtu(ExceptionResponse(function, code), 1)
            lines.append(f"{{ functionCode: {function}, code: {code}, frame: {hex_literal(frame)} }},")
    write("test/device/modbus/exceptions.ts", "\n".join([*lines, "]"]) + "\n")


def line_frames():
    """What master and meters say in the tests of the line. Meter 1 is that of the captures."""
    settings = {"count": 2}
    poll = [2193, 2055, 0, 4393, 0, 7329, 2, 502, 97, 0]
    after_reset = [2193, 2055, 0, 4393, 0, 3, 0, 502, 97, 0]
    frames = {
        "readPoll": rtu(ReadInputRegistersRequest(0, 10), 1),
        "pollReply": rtu(ReadInputRegistersResponse(poll), 1),
        "pollReplyAfterReset": rtu(ReadInputRegistersResponse(after_reset), 1),
        "pollException": rtu(ExceptionResponse(4, 2), 1),
        "readPollOf2": rtu(ReadInputRegistersRequest(0, 10), 2),
        "pollReplyOf2": rtu(ReadInputRegistersResponse(poll), 2),
        "pollReplyOf2AfterReset": rtu(ReadInputRegistersResponse(after_reset), 2),
        "probe1": rtu(ReadInputRegistersRequest(0, 2), 1),
        "probe2": rtu(ReadInputRegistersRequest(0, 2), 2),
        "probe3": rtu(ReadInputRegistersRequest(0, 2), 3),
        "probe4": rtu(ReadInputRegistersRequest(0, 2), 4),
        "probe5": rtu(ReadInputRegistersRequest(0, 2), 5),
        "probeReplyOf1": rtu(ReadInputRegistersResponse(poll[:2]), 1),
        "probeReplyOf5": rtu(ReadInputRegistersResponse(poll[:2]), 5),
        "probeExceptionOf3": rtu(ExceptionResponse(4, 2), 3),
        "readSettings": rtu(ReadHoldingRegistersRequest(1, **settings), 1),
        "settingsReply": rtu(ReadHoldingRegistersResponse([23000, 1]), 1),
        "settingsReplyWith2300": rtu(ReadHoldingRegistersResponse([2300, 1]), 1),
        "writeThreshold2300": rtu(WriteSingleRegisterRequest(1, 2300), 1),
        "writeThresholdException": rtu(ExceptionResponse(6, 3), 1),
        "writeThreshold2301Reply": rtu(WriteSingleRegisterResponse(1, 2301), 1),
        "writeAddress5": rtu(WriteSingleRegisterRequest(2, 5), 1),
        "readSettingsAt5": rtu(ReadHoldingRegistersRequest(1, **settings), 5),
        "settingsReplyOf5": rtu(ReadHoldingRegistersResponse([23000, 5]), 5),
        "readSettingsAtGeneral": rtu(ReadHoldingRegistersRequest(1, **settings), 0xF8),
        "settingsReplyOf1AtGeneral": rtu(ReadHoldingRegistersResponse([23000, 1]), 0xF8),
        "writeAddress5AtGeneral": rtu(WriteSingleRegisterRequest(2, 5), 0xF8),
        "resetEnergy1": with_crc(bytes([1, 0x42])),
        "resetException": rtu(ExceptionResponse(0x42, 1), 1),
    }
    lines = [f"export const {name} = {hex_literal(frame)}" for name, frame in frames.items()]
    write("test/device/line/frames.ts", "\n".join(lines) + "\n")


captures()
floats()
eastron()
exceptions()
line_frames()
