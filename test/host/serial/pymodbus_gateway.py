"""A Modbus server that is not ours: pymodbus over TCP. usage: pymodbus_gateway.py modbus-tcp|rtu-over-tcp PORT"""

import asyncio
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server.async_io import ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

FRAMERS = {"modbus-tcp": ModbusSocketFramer, "rtu-over-tcp": ModbusRtuFramer}

slave = ModbusSlaveContext(
    ir=ModbusSequentialDataBlock(0, [2257, 108, 0, 244, 0, 38, 0, 500, 100, 0]),
    hr=ModbusSequentialDataBlock(0, [0, 23000, 1]),
    zero_mode=True,
)


async def serve(mode, port):
    context = ModbusServerContext(slaves={1: slave}, single=False)
    # A gateway reports a missing meter as exception 11; on the line itself nobody answers.
    silent = mode == "rtu-over-tcp"
    server = ModbusTcpServer(
        context, framer=FRAMERS[mode], address=("127.0.0.1", port), ignore_missing_slaves=silent
    )
    serving = asyncio.create_task(server.serve_forever())
    await server.serving
    print("ready", flush=True)
    await serving


asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
