"""Gateways without the second that an interpreter needs to load them: for cases that need hundreds.

    python -m tests.faults.zygote

Everything a gateway imports is imported once; for each line on standard input, a JSON object `{"words": [...], "log":
"FILE", "dies": null}`, a child is forked that does from there on what `python -m proxy` does with these words: the same program from
its first line of `main`, listening socket, journal and all. Standard output carries `{"pid": ...}` of each child and
the child's own first line. With `"dies": ["module:Class.method", "before" or "after", 3]` the child kills itself
(SIGKILL) there, at the third call.
"""

import importlib
import json
import os
import signal
import sys
from typing import Any

import uvloop  # noqa: F401  # so that it is loaded

import proxy.app.build
import proxy.cli.run  # noqa: F401  # so that it is loaded
from proxy.__main__ import main


def _become(words: list[str], log: str, dies: tuple[str, str, int] | None) -> None:
    """In the child: the gateway, until it is killed."""
    if dies is not None:
        _die_at(*dies)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 2)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os._exit(main(words))


def _die_at(place: str, moment: str, nth: int) -> None:
    """Let a method kill this process. Of what sends octets only those of a POST count: the gateway asks the time, too."""
    module, _, path = place.partition(":")
    name, _, method = path.partition(".")
    owner = getattr(importlib.import_module(module), name)
    real, left = getattr(owner, method), [nth]

    def mortal(*arguments: Any, **named: Any) -> Any:
        left[0] -= all(one[:4] == b"POST" for one in arguments if isinstance(one, bytes))
        if left[0] == 0 and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **named)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, method, mortal)


def serve() -> None:
    """Fork for each line until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies
    say({"ready": True})
    for line in iter(sys.stdin.readline, ""):
        order: dict[str, Any] = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(order["words"], order["log"], order["dies"])
        say({"pid": pid})


def say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
