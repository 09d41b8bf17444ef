"""A slave at address 7 that hears its master at one speed only. usage: strict_slave.py MASTER_PORT OWN_PORT BAUD

A pair of pseudo-terminals passes bytes on whatever their speeds, so it looks at that of the master's port."""

import os
import sys
import termios
import tty

REPLY = bytes.fromhex("07040443663334")  # 230.2 V, as in the SDM120's manual


def crc(frame):
    value = 0xFFFF
    for byte in frame:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return bytes((value & 0xFF, value >> 8))


master = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
own = os.open(sys.argv[2], os.O_RDWR | os.O_NOCTTY)
tty.setraw(own)
print("ready", flush=True)
while True:
    try:
        request = os.read(own, 256)
    except OSError:  # the ports are gone
        break
    right = termios.tcgetattr(master)[4] == getattr(termios, "B" + sys.argv[3])
    if right and request[:6] == bytes.fromhex("070400000002"):
        os.write(own, REPLY + crc(REPLY))
