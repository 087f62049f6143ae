"""`python -m proxy.sandbox --port 0`: one JSON line with the address and the demo keys, then it serves."""

import argparse
import asyncio
import json
import sys

from proxy.sandbox import Sandbox, demo_keys, start


async def serve(host: str, port: int) -> None:
    keys = demo_keys()
    running = await start(Sandbox(keys=keys), host, port)
    shown = [{"api_key": key.api_key, "kind": key.kind, "secret": key.secret} for key in keys]
    sys.stdout.write(json.dumps({"event": "listening", "sandbox": running.url, "keys": shown}) + "\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await running.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m proxy.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    try:
        asyncio.run(serve(options.host, options.port))
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
