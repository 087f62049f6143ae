"""What each command of the pages is expected to do, and which are not run, and why.

Nothing is said of a command that ends with exit code 0 and, where it is curl, gets an answer below 400. A command is
called by its beginning; the longest that fits counts. What names no command any more fails.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from harness.gateway import API_KEY, API_SECRET
from tests.docs.shell.blocks import Command


class Expected(NamedTuple):
    code: int = 0
    http: int = 0
    """The status that curl gets; 0: any below 400."""
    shows: str = ""
    """A pattern that both outputs together hold."""
    typed: str = ""
    """What stands on its standard input."""
    before: str = ""
    """Shell that a reader has done meanwhile, such as making a file of his own."""
    fresh: bool = False
    """In an empty folder, not beside the configuration of the page."""
    offline: bool = False
    """Without a network: it would ask Binance itself. Run where this machine can take one away."""
    until: str = ""
    """It goes on until it is stopped: the pattern that it has said by then. Ctrl-C then ends it with `code`."""


class Setting(NamedTuple):
    """How the exchange and the gateway of a page are; the gateway is started only where the page speaks to it."""

    personality: str = ""
    policy: str = ""
    """Lines of the configuration, in JSON."""
    late_s: float = 0.0


_FLAPPING: Final = "flapping-2008:seed=7"
_MERCHANT: Final = (
    '"policy": {"profiles": ["spot", "merchant"], "allow": ["POST /sapi/v1/c2c/orderMatch/markOrderAsPaid"]}'
)

SETTINGS: Final[dict[str, Setting]] = {
    "docs/attach-evidence.md": Setting(_FLAPPING),
    "docs/audit.md": Setting(_FLAPPING),
    "docs/confirmations.md": Setting(
        policy='"policy": {"profiles": ["spot"], "allow": ["POST /sapi/v1/capital/withdraw/apply"],'
        ' "confirm": ["money_out"], "confirm_seconds": 60, "confirm_mode": "ticket"}'
    ),
    "docs/journal.md": Setting(_FLAPPING),
    "docs/p2p.md": Setting(policy=_MERCHANT),
    "docs/policy.md": Setting(
        policy='"policy": {"profiles": ["spot"], "limits": [{"applies_to": "spot", "symbols": ["BTCUSDT"],'
        ' "max_quantity_per_day": 10}]}'
    ),
    "docs/prove-a-2008.md": Setting(_FLAPPING),
    "docs/sandbox.md": Setting(late_s=3.0),
    "docs/virtual-keys.md": Setting(policy='"clients_file": "clients.json"'),
}

LISTENS: Final = r'"event": ?"listening"'
_REQUEST: Final = (
    "printf 'GET /api/v3/account?timestamp=1784801696&signature=abc HTTP/1.1\\nHost: api.binance.com\\n\\n' > request.txt; "
    "echo '<html><title>ERROR: The request could not be satisfied</title></html>' > page.html"
)
_ORDER: Final = (
    "printf 'POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=60000.123"
    "&timestamp=1784801696801&signature=0 HTTP/1.1\\nHost: api.binance.com\\n\\n' > request.txt"
)
_HMAC_PASTED: Final = f"\nhmac\nmain\npaste\n{'testKEY9' * 8}\n{'testSEC7' * 8}\n\n\n\n\n"
"""Answers to the questions of `init`, a line each; an empty one takes what is proposed."""
_TRAFFIC_THEN_ENTER: Final = "exec < <(until grep -q recording: ~/printed; do sleep 0.1; done; curl http://127.0.0.1:8180/api/v3/account -o account.json 2> status.txt; sleep 0.5; echo)"
_MY_TESTS: Final = (
    "printf '#!/bin/sh\\ncurl -f \"$EXCHANGE/api/v3/time\" && test ${#API_KEY} = 64 && test ${#API_SECRET} = 64\\n' > run-my-tests; "
    "chmod +x run-my-tests"
)
_HERE: Final = "export SIGNING_PROXY_LISTEN=HOST:PORT"
_ADMIN_HERE: Final = "export SIGNING_PROXY_ADMIN=HOST:ADMIN"
"""What finds the gateway by the configured address finds the one of the page."""

EXPECTED: Final[dict[tuple[str, str], Expected]] = {
    ("README.md", "signing-proxy init"): Expected(
        typed=_HMAC_PASTED, fresh=True, offline=True, shows="wrote|config.yaml"
    ),
    ("README.md", "signing-proxy run"): Expected(until=LISTENS),
    ("examples/README.md", "signing-proxy run --sandbox"): Expected(until=LISTENS),
    ("docs/attach-evidence.md", "signing-proxy export bundle --record"): Expected(
        before=_TRAFFIC_THEN_ENTER, shows="[1-9][0-9]* flow"
    ),
    ("docs/attach-evidence.md", "signing-proxy export unmask"): Expected(
        before="echo nothing to unmask > answer.txt"
    ),
    ("docs/attach-evidence.md", "signing-proxy replay"): Expected(before=_HERE, shows="as recorded: 400"),
    ("docs/attach-evidence.md", "signing-proxy replay ticket.zip"): Expected(
        code=1, before=_HERE, shows="as recorded: 200(.|\\n)*as recorded: 400"
    ),  # a bundle has no names of fields that are not known
    ("docs/audit.md", "signing-proxy audit"): Expected(code=1, shows="verdict: refused-here-only"),
    ("docs/audit.md", "signing-proxy audit --set spot"): Expected(),
    ("docs/audit.md", "signing-proxy audit --set my-set"): Expected(code=1),
    ("docs/audit.md", "signing-proxy audit --every"): Expected(until="1 of [0-9]+", code=0),
    ("docs/audit.md", "signing-proxy audit history"): Expected(code=1),
    ("docs/audit.md", "signing-proxy audit history --set c2c"): Expected(
        code=1, before="rm -r journal/audit*; signing-proxy audit > one-account-alone.txt"
    ),
    ("docs/catalogue.md", ".venv/bin/python scripts/rebuild_catalogue.py --list-operations"): Expected(
        before="mkdir -p tests/core/catalogue"
    ),
    ("docs/catalogue.md", "git diff"): Expected(before="git init -q . && git add tests"),
    ("docs/explain.md", "signing-proxy explain --code"): Expected(code=1, before=_REQUEST),
    ("docs/explain.md", "signing-proxy explain --answer"): Expected(code=1, before=_REQUEST),
    ("docs/explain.md", "signing-proxy explain --status"): Expected(code=1, before=_REQUEST),
    ("docs/explain.md", "signing-proxy explain --exchange-info"): Expected(
        code=1, before=_ORDER, shows="proven: filter-price"
    ),
    ("docs/first-steps.md", "signing-proxy init --unsafe-upstream"): Expected(
        typed=_HMAC_PASTED.replace("\nhmac\nmain", "hmac\nmain")
        .replace("testKEY9" * 8, API_KEY)
        .replace("testSEC7" * 8, API_SECRET),
        fresh=True,
        shows="ok +known",
    ),
    ("docs/first-steps.md", "signing-proxy run"): Expected(until=LISTENS),
    ("docs/first-steps.md", "signing-proxy run --sandbox"): Expected(until=LISTENS),
    ("docs/first-steps.md", "curl -H 'X-Gateway-Explain"): Expected(
        http=400, shows="param-decimal-comma|comma instead"
    ),
    ("docs/first-steps.md", "signing-proxy init"): Expected(typed=_HMAC_PASTED, fresh=True, offline=True),
    ("docs/first-steps.md", "signing-proxy init --yes"): Expected(
        before=f"printf '{'testKEY9' * 8}\\n{'testSEC7' * 8}\\n' > key-and-secret; "
        f"(umask 077; echo {'testKEY9' * 8} > ~/binance.key; echo {'testSEC7' * 8} > ~/binance.secret)",
        fresh=True,
        offline=True,
    ),
    ("docs/journal.md", "signing-proxy explain journal/"): Expected(
        code=1, shows="param-decimal-comma|comma instead"
    ),
    ("docs/journal.md", "signing-proxy export bundle --record"): Expected(
        before=_TRAFFIC_THEN_ENTER, shows="[1-9][0-9]* flow"
    ),
    ("docs/journal.md", "signing-proxy logs --path"): Expected(until="getAvailableAdsCategory"),
    ("docs/mitmproxy.md", "mitmdump --listen-host"): Expected(until="listening at"),
    ("docs/mitmproxy.md", "mitmdump -p 8090 --mode reverse:http://127.0.0.1:8190"): Expected(
        until="listening at"
    ),
    ("docs/policy.md", "signing-proxy policy test"): Expected(
        code=1, shows="outcome +refused: endpoint_denied"
    ),
    ("docs/prove-a-2008.md", "curl -i"): Expected(
        http=400, shows="X-Gateway-Diagnosis: perm-c2c-not-enabled"
    ),
    ("docs/prove-a-2008.md", "curl -s -o /dev/null"): Expected(shows="^200"),
    ("docs/prove-a-2008.md", "signing-proxy doctor"): Expected(shows="FAIL +c2c +Your key authenticates"),
    ("docs/prove-a-2008.md", "signing-proxy audit --every"): Expected(until="1 of [0-9]+"),
    ("docs/prove-a-2008.md", "signing-proxy audit history"): Expected(
        code=1, shows="verdict: refused-here-only"
    ),
    ("docs/pytest.md", "signing-proxy sandbox"): Expected(before=_MY_TESTS),
    ("docs/running.md", "signing-proxy healthcheck"): Expected(before=_ADMIN_HERE),
    ("docs/running.md", "signing-proxy run"): Expected(until=LISTENS),
    ("docs/running.md", "nohup"): Expected(until=LISTENS),
    ("docs/sandbox.md", "signing-proxy sandbox"): Expected(until=LISTENS),
    ("docs/sandbox.md", "signing-proxy run"): Expected(until=LISTENS, fresh=True),
    ("docs/sandbox.md", "curl -m 2"): Expected(code=28),
    ("docs/sandbox.md", "curl      http"): Expected(http=409, shows="repeat_of_executed"),
    ("docs/tamper-evidence.md", "signing-proxy export verify evidence.zip"): Expected(
        before="signing-proxy export bundle --no-doctor evidence.zip"
    ),
}

# Why a command is not run here.
LONG: Final = "takes minutes, or does all of this again; its recipe is read (make -n)"
DOCKER: Final = "wants Docker"
LINK: Final = "puts a link into the home of who runs the tests"
INDEX: Final = "asks a package index"
SYSTEMD: Final = "wants the systemd of a user"
PERSON: Final = "wants a person at a terminal"
MACHINE: Final = "wants privileges, a certificate that is trusted, or another proxy"
DOWNLOADS: Final = "wants files that Binance publishes"

_MAKES: Final = {
    "README.md": ("demo", "test"),
    "docs/performance.md": (
        *(
            "bench",
            "bench WHAT=where",
            "bench WHAT=start ARGS=--verbs",
            "bench WHAT=redaction",
            "bench WHAT=throttle",
        ),
        *("bench WHAT=policy", "bench WHAT=terminal", "bench WHAT=instructions"),
    ),
    "docs/policy.md": ("limits-proof",),
    "docs/reliability.md": ("faults", "faults SCALE=0.1", "soak", "soak DURATION=120"),
}
_MITM: Final = (
    "mitmproxy --listen-host 127.0.0.1 -p 8090 -s addons/binance_doctor.py --set binance_api_secret_file=~/.binance/secret",
    "HTTPS_PROXY=http://127.0.0.1:8090 REQUESTS_CA_BUNDLE=~/.mitmproxy/mitmproxy-ca-cert.pem python bot.py",
    "HTTPS_PROXY=http://127.0.0.1:8090 NODE_USE_ENV_PROXY=1 NODE_EXTRA_CA_CERTS=~/.mitmproxy/mitmproxy-ca-cert.pem node bot.js",
    "mitmdump --mode upstream:http://proxy.example:3128 -s addons/binance_doctor.py",
    "mitmproxy --mode local:python3 -s addons/binance_doctor.py",
)

EXCEPTED: Final[dict[tuple[str, str], str]] = {
    **{(page, f"make {words}"): LONG for page, targets in _MAKES.items() for words in targets},
    **{("docs/mitmproxy.md", text): MACHINE for text in _MITM},
    ("docs/reliability.md", ".venv/bin/python -m tests.faults r01 r05 --scale 0.1"): LONG,
    (
        "docs/catalogue.md",
        ".venv/bin/python scripts/rebuild_catalogue.py spot_api.yaml binance_spot_api_v1.postman_collection.json --dated 2027-01",
    ): DOWNLOADS,
    ("docs/catalogue.md", ".venv/bin/python scripts/rebuild_catalogue.py ... --write"): DOWNLOADS,
    ("docs/confirmations.md", "signing-proxy approve K7M2QX4D"): PERSON,
    ("docs/docker.md", "docker build -t binance-signing-proxy ."): DOCKER,
    ("docs/docker.md", "docker run -d --name my-bot my-bot-image"): DOCKER,
    (
        "docs/docker.md",
        "docker run -d --name signer --network container:my-bot --read-only --tmpfs /journal:uid=10001,mode=0700 --cap-drop ALL"
        ' --security-opt no-new-privileges -v "$PWD/secrets:/run/secrets:ro" -e BINANCE_API_KEY_FILE=/run/secrets/api_key'
        " -e BINANCE_API_SECRET_FILE=/run/secrets/api_secret binance-signing-proxy",
    ): DOCKER,
    ("README.md", "make install"): LINK,
    ("README.md", "uv tool install --python 3.12 ."): INDEX,
    ("README.md", "pipx install --python python3.12 ."): INDEX,
    ("docs/mitmproxy.md", "pip install 'binance-signing-proxy[mitmproxy]'"): INDEX,
    ("docs/pytest.md", "pip install binance-signing-proxy pytest"): INDEX,
    ("docs/pytest.md", "pip install binance-signing-proxy pytest\npytest"): INDEX,
    ("docs/running.md", "systemctl --user enable --now signing-proxy"): SYSTEMD,
    ("docs/running.md", "loginctl enable-linger"): SYSTEMD,
    ("docs/running.md", "journalctl --user -u signing-proxy -f"): SYSTEMD,
}

_RUN: Final = re.compile(
    r"(?:export )?[A-Z_]+=|(?:curl|signing-proxy|nohup signing-proxy|kill|python3 -c|chmod 600|mitmdump|unzip|git diff"
    r"|\.venv/bin/python scripts/rebuild_catalogue\.py --list)(?:-\w+)?(?: |$)"
)
"""What may be run. Anything else is excepted, or told: no new line of a page is run before somebody has looked at it."""


def may_be_run(command: Command) -> bool:
    return _RUN.match(command.plain) is not None


def expected(command: Command) -> Expected:
    key = _longest(command, EXPECTED)
    return EXPECTED[key] if key else Expected()


def exception(command: Command) -> str | None:
    """Why it is not run; None: it is. Exceptions name a command whole."""
    return EXCEPTED.get((command.page, command.plain))


def unused(found: Iterable[Command]) -> list[tuple[str, str]]:
    """What the tables say of commands that stand nowhere any more, or that another entry speaks of."""
    listed = list(found)
    used = {key for one in listed if (key := _longest(one, EXPECTED))}
    used |= {(one.page, one.plain) for one in listed}
    return [key for key in (*EXPECTED, *EXCEPTED) if key not in used]


def _longest(command: Command, table: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    fits = [key for key in table if key[0] == command.page and command.plain.startswith(key[1])]
    return max(fits, key=lambda key: len(key[1]), default=None)
