"""A Modbus RTU slave that is not ours: pymodbus on a serial port. usage: pymodbus_slave.py PORT STOPBITS"""

import asyncio
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server.async_io import ModbusSerialServer
from pymodbus.transaction import ModbusRtuFramer

slave = ModbusSlaveContext(
    ir=ModbusSequentialDataBlock(0, [2257, 108, 0, 244, 0, 38, 0, 500, 100, 0]),
    hr=ModbusSequentialDataBlock(0, [0, 23000, 1]),
    zero_mode=True,
)


async def serve(port, stop_bits):
    context = ModbusServerContext(slaves={1: slave}, single=False)
    server = ModbusSerialServer(
        context, framer=ModbusRtuFramer, port=port, baudrate=9600, stopbits=stop_bits, ignore_missing_slaves=True
    )
    await server.start()
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
