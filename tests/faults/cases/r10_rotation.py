"""R10: rotation loses nothing. Files of 64 KiB, the smallest that can be configured, are rotated under load."""

from collections import Counter
from typing import Final

from proxy.core.redaction import FlowRecord, IntentRecord, decode_record
from proxy.journal.reader import Reader
from tests.faults.frame import Order, Row, gateway, load, read, scaled, write
from tests.faults.upstream import exchange

LINES: Final = 10_000
FILE_OCTETS: Final = 65_536
CLIENTS: Final = 16
_CONFIG: Final = {"journal": {"file_bytes": FILE_OCTETS, "max_bytes": 1 << 30}}


async def measure(scale: float) -> list[Row]:
    requests = scaled(LINES, scale, least=200)
    orders: list[Order] = [(read if number % 5 else write)(f"l{number}") for number in range(requests)]
    writes = sum(order.method != "GET" for order in orders)
    async with exchange() as upstream, gateway(upstream.base, config=_CONFIG) as running:
        upstream.keep_received = False
        results = await load(running, orders, clients=CLIENTS)
        await running.stop()
        wanted = {answer.request_id for _, answer in results if answer.status == 200}
        reader = Reader(running.journal)
        records = [decode_record(line) for _, line in reader.records()]
        files = [path.stat().st_size for path in reader.files()]
    flows = Counter(record.request_id for record in records if isinstance(record, FlowRecord))
    intents = Counter(record.request_id for record in records if isinstance(record, IntentRecord))
    doubled = sum(times > 1 for times in (*flows.values(), *intents.values()))
    measured = (
        f"{len(wanted & set(flows))} of {requests} flows, {len(intents)} of {writes} intents, {doubled} doubled, "
        f"{reader.torn} torn, in {len(files)} files of at most {max(files)} octets"
    )
    whole = wanted == set(flows) and len(wanted) == requests and len(intents) == writes
    held = whole and not doubled and not reader.torn and len(files) > 1 and max(files) <= FILE_OCTETS
    return [Row("R10", f"{requests} of {requests} lines across rotations", measured, held)]
