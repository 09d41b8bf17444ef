"""A Modbus RTU master that is not ours: pymodbus on a serial port. usage: pymodbus_master.py PORT

Prints one object of JSON: what a PZEM-016 at address 1 answered.
"""

import json
import sys

from pymodbus.client import ModbusSerialClient

client = ModbusSerialClient(port=sys.argv[1], baudrate=9600, stopbits=1, timeout=1, strict=False)
assert client.connect()

print(
    json.dumps(
        {
            "inputs": client.read_input_registers(0, 10, slave=1).registers,
            "part": client.read_input_registers(3, 2, slave=1).registers,
            "holding": client.read_holding_registers(1, 2, slave=1).registers,
            "written": client.write_register(1, 2300, slave=1).value,
            "threshold": client.read_holding_registers(1, 1, slave=1).registers,
            "refused": client.read_input_registers(0, 11, slave=1).exception_code,
            "absent": type(client.read_input_registers(0, 1, slave=9)).__name__,
            "after": client.read_holding_registers(2, 1, slave=1).registers,
        }
    )
)
client.close()
