"""Places where people put a secret and where something else belongs, and the forms of a secret.

The places are the rows `secret` of `tests/data/hostile-2.jsonl`, by the names that they have there, and more of the
same sort. In a text `{secret}` stands for the value.
"""

import base64
import random
import string
from collections.abc import Callable
from dataclasses import dataclass, field

from proxy.credentials.generate import generate
from tests.support.canaries import KINDS, letters

KEY = "testkey" + "0" * 57
GOOD = {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET": "testsecret" + "0" * 54}
_CHECKS = (
    ("config", "check"),
    ("config", "show"),
    ("config", "show", "--json"),
    ("sign", "GET /api/v3/account"),
)
_ACCOUNT = "accounts:\n  main:\n    api_key: " + KEY + "\n    "


@dataclass(frozen=True, slots=True)
class Place:
    """Command lines, the environment, and files of the working directory; the first file is `config.yaml`."""

    commands: tuple[tuple[str, ...], ...]
    environment: dict[str, str] = field(default_factory=lambda: dict(GOOD))
    files: dict[str, str] = field(default_factory=dict)
    mode: int = 0o600
    drawn_only: bool = False
    """A phrase or half a secret may stand here: nobody can tell it from a name."""


def _config(text: str, *, drawn_only: bool = False, **files: str) -> Place:
    return Place(_CHECKS, files={"config.yaml": text, **files}, drawn_only=drawn_only)


def _variable(**environment: str) -> Place:
    return Place(_CHECKS, environment)


def _argument(*words: str, drawn_only: bool = False) -> Place:
    return Place((words,), drawn_only=drawn_only)


CONFIGURATIONS = {
    "cfg-api_secret": _config(_ACCOUNT + "api_secret: {secret}\n"),
    "cfg-secret-as-keyring": _config(_ACCOUNT + "api_secret_keyring: {secret}\n"),
    "cfg-secret-toplevel-key": _config("{secret}: 1\n"),
    "cfg-secret-toplevel-str": _config("{secret}\n"),
    "cfg-secret-as-env-setting": _config("environment: {secret}\n"),
    "cfg-secret-as-profile": _config("policy:\n  profiles: [{secret}]\n"),
    "cfg-secret-as-allow": _config("policy:\n  allow: ['POST /{secret}']\n"),
    "cfg-secret-as-level": _config("log:\n  level: {secret}\n"),
    "cfg-secret-as-number": _config("limits:\n  connections: {secret}\n"),
    "cfg-yaml-broken": _config(_ACCOUNT + "api_secret: '{secret}\n"),
    "cfg-yaml-tab": _config("accounts:\n\tmain: {secret}\n"),
    "cfg-yaml-tag2": _config("listen: !name {secret}\n"),
    "cfg-badutf8": _config("listen: {secret}\udcff\n"),
    "cfg-proxy-pass-bad": _config("upstream:\n  proxy: ftp://user:{secret}@proxy.test:1\n"),
    "cfg-unsafe-url-pass": _config("upstream:\n  unsafe_url: http://user:{secret}@127.0.0.1:1\n"),
    "cfg-keyring-of-two": _config(_ACCOUNT + "api_secret_keyring: service/{secret}\n", drawn_only=True),
    "cfg-name-of-a-variable": _config(_ACCOUNT + "api_secret_env: {secret}\n", drawn_only=True),
    "cfg-name-of-a-file": _config(_ACCOUNT + "api_secret_file: {secret}\n"),
    "cfg-name-of-an-account": _config("accounts:\n  {secret}:\n    api_key_file: x\n", drawn_only=True),
    "cfg-account-without-a-group": _config("accounts: [{secret}]\n"),
    "cfg-default-account": _config("default_account: {secret}\n"),
    "cfg-name-of-a-client": _config("clients_file: c.json\nclients:\n  {secret}: {{}}\n", drawn_only=True),
    "cfg-account-of-a-client": _config("clients_file: c.json\nclients:\n  bot:\n    accounts: [{secret}]\n"),
    "cfg-client-in-its-file": _config(
        "clients_file: c.json\n",
        drawn_only=True,
        **{"c.json": '{{"schema":1,"clients":{{"{secret}":{{}}}}}}'},
    ),
    "cfg-host": _config("allow_hosts: [{secret}]\n", drawn_only=True),
    "cfg-origin": _config("allow_origins: [{secret}]\n"),
    "cfg-listen": _config("listen: {secret}\n"),
    "cfg-journal": _config("journal:\n  directory: {secret}\n", drawn_only=True),
    "cfg-endpoint": _config("endpoints:\n  - endpoint: {secret}\n"),
    "cfg-limit": _config("policy:\n  limits:\n    - applies_to: {secret}\n      max_quote: 5\n"),
    "cfg-unknown-below": _config("signing:\n  {secret}: 5\n"),
    "cfg-twice": _config("{secret}: 1\n{secret}: 2\n"),
}
VARIABLES = {
    "env-proxy-pass": _variable(HTTPS_PROXY="http://user:{secret}@proxy.test:8080", **GOOD),
    "show-env-secret": _variable(BINANCE_API_KEY=KEY, BINANCE_API_SECRET="{secret}"),
    "env-secret-file-is-secret": _variable(BINANCE_API_KEY=KEY, BINANCE_API_SECRET_FILE="{secret}"),
    "env-secret-long": _variable(BINANCE_API_KEY=KEY, BINANCE_API_SECRET="{secret}{secret}"),
    "env-pass-wrong": _variable(
        BINANCE_API_KEY=KEY, BINANCE_PRIVATE_KEY="{secret}", BINANCE_PRIVATE_KEY_PASSPHRASE="{secret}"
    ),
    "env-bool": _variable(SIGNING_PROXY_ENVIRONMENT="{secret}", **GOOD),
    "env-key": _variable(BINANCE_API_KEY="{secret}", BINANCE_API_SECRET="{secret}"),
    "env-config": _variable(SIGNING_PROXY_CONFIG="{secret}", **GOOD),
    "env-listen": _variable(SIGNING_PROXY_LISTEN="{secret}", **GOOD),
    "env-journal": Place((("logs",), ("export", "curl")), {"SIGNING_PROXY_JOURNAL": "{secret}", **GOOD}),
    "env-profile": _variable(SIGNING_PROXY_PROFILE="{secret}", **GOOD),
    "env-of-binances-command-line": _variable(BINANCE_API_ENV="{secret}", **GOOD),
    "env-clients": Place((("clients", "list"), ("clients", "add", "bot")), {"SIGNING_PROXY_CLIENTS": "{secret}", **GOOD}, drawn_only=True),
}  # fmt: skip
ARGUMENTS = {
    "argv-sign": _argument("sign", "{secret}"),
    "argv-sign2": _argument("sign", "GET /api/v3/account", "--secret", "{secret}"),
    "argv-explain": _argument("explain", "{secret}"),
    "argv-clients-add": _argument("clients", "add", "{secret}", "--clients", "c.json", drawn_only=True),
    "argv-whois": _argument("whois", "{secret}"),
    "argv-policy": _argument("policy", "test", "{secret}"),
    "argv-export": _argument("export", "curl", "--journal", "{secret}"),
    "argv-hc": _argument("healthcheck", "{secret}"),
    "argv-config": _argument("--config", "{secret}", "config", "check"),
    "argv-listen": _argument("run", "--listen", "{secret}"),
    "argv-config-of-the-verb": _argument("config", "check", "--config", "{secret}"),
    "argv-run-journal": _argument("run", "--journal", "{secret}", drawn_only=True),
    "argv-run-journal-below": _argument("run", "--journal", "state/{secret}/journal", drawn_only=True),
    "argv-socket": _argument("run", "--listen", "unix:{secret}", drawn_only=True),
    "argv-clients-file": _argument("clients", "add", "bot", "--clients", "{secret}", drawn_only=True),
    "argv-rotate": _argument("clients", "rotate", "{secret}", "--clients", "c.json"),
    "argv-revoke": _argument("clients", "revoke", "{secret}", "--clients", "c.json"),
    "argv-account-of-a-client": _argument("clients", "add", "bot", "--clients", "c.json", "--account", "{secret}"),
    "argv-allow-line": _argument("clients", "add", "bot", "--clients", "c.json", "--allow", "{secret}"),
    "argv-overlap": _argument("clients", "rotate", "bot", "--overlap", "{secret}"),
    "argv-profile": _argument("clients", "add", "bot", "--profile", "{secret}"),
    "argv-verb": _argument("{secret}"),
    "argv-verb-below": Place(tuple((verb, "{secret}") for verb in ("config", "clients", "policy", "export"))),
    "argv-option": Place((("config", "check", "--{secret}"), ("--{secret}", "run"), ("logs", "--{secret}=1"))),
    "argv-value-of-a-flag": _argument("logs", "--follow={secret}"),
    "argv-surplus": Place(tuple((*verb, "{secret}") for verb in (("logs",), ("config", "show"), ("catalogue",)))),
    "argv-account": _argument("sign", "GET /api/v3/account", "--account", "{secret}"),
    "argv-environment": _argument("run", "--environment", "{secret}"),
    "argv-upstream": _argument("run", "--unsafe-upstream", "{secret}"),
    "argv-since": Place((("logs", "--since", "{secret}"), ("catalogue", "--contradictions", "--since", "{secret}"))),
    "argv-status": Place((("logs", "--status", "{secret}"), ("explain", "--status", "{secret}", "x"))),
    "argv-lines": _argument("logs", "-n", "{secret}"),
    "argv-rule": _argument("explain", "--rule", "{secret}"),
    "argv-answer": Place((("explain", "--answer", "@{secret}", "x"), ("explain", "--answer", "{secret}", "x"))),
    "argv-endpoint": _argument("catalogue", "--endpoint", "{secret}"),
    "argv-approve": _argument("approve", "{secret}"),
    "argv-admin": Place((("approve", "--admin", "{secret}"), ("healthcheck", "--admin", "{secret}"))),
    "argv-client-of-a-policy": _argument("policy", "show", "--client", "{secret}", "--clients", "c.json"),
    "argv-reads": _argument("policy", "show", "--reads", "{secret}"),
    "argv-keygen": _argument("keygen", "{secret}"),
    "argv-keygen-out": _argument("keygen", "ed25519", "--out", "{secret}", drawn_only=True),
    "argv-keygen-passphrase": _argument("keygen", "ed25519", "--passphrase-file", "{secret}"),
    "argv-certificate": Place((("certificate", "--name", "{secret} x"), ("certificate", "--out", "{secret}")), drawn_only=True),
    "argv-profile-of-run": Place((("run", "--profile", "{secret}"), ("init", "--yes", "--profile", "{secret}"))),
    "argv-personality": Place((("run", "--as", "{secret}"), ("run", "--sandbox", "--as", "{secret}"))),
    "argv-init-name": Place(
        (("init", "--yes", "--account", "{secret}"), ("init", "--yes", "--client", "{secret}", "--make-key", "--key-type", "ed25519")),
        drawn_only=True,
    ),
    "argv-init-files": Place(
        (
            ("init", "--yes", "--api-key-file", "{secret}"),
            ("init", "--yes", "--make-key", "--key-type", "ed25519", "--api-key-file", "{secret}"),
        )
    ),
    "argv-init-variable": _argument("init", "--yes", "--secret-variable", "{secret}", drawn_only=True),
    "argv-init-place": Place(
        (("init", "--yes", "--make-key", "--dir", "{secret}"), ("init", "--yes", "--make-key", "--config", "{secret}")),
        drawn_only=True,
    ),
    "argv-init-surplus": Place((("init", "{secret}"), ("init", "--key-type", "{secret}"), ("init", "--environment", "{secret}"))),
    "argv-debug": _argument("--debug", "config", "check", "--config", "{secret}"),
}  # fmt: skip
FILES = {
    "token-file-0644": Place(
        (("run",),),
        files={"config.yaml": "listen: 0.0.0.0:0\ntoken_file: token\n", "token": "{secret}"},
        mode=0o644,
    ),
    "token-file-short": Place(
        (("run",),),
        files={"config.yaml": "listen: 0.0.0.0:0\ntoken_file: token\n", "token": "{secret} {secret}"},
    ),
    "explain-env-dump": Place(
        (("explain", "pasted.txt"),), files={"pasted.txt": "BINANCE_API_SECRET={secret}\nPATH=/bin\n"}
    ),
    "explain-garbage": Place((("explain", "pasted.txt"),), files={"pasted.txt": "\x00\x01 {secret} \x7f"}),
    "explain-export": Place((("explain", "pasted.txt"),), files={"pasted.txt": "export SECRET='{secret}'"}),
}
PLACES = {**CONFIGURATIONS, **VARIABLES, **ARGUMENTS, **FILES}

PHRASES = frozenset({"passphrase", "half a secret"})
"""Forms that may be a name, for all that anybody can tell."""


def _pem(draw: random.Random) -> str:
    """A whole private key. Its own randomness, as a library makes it."""
    return generate("ed25519").private_pem.reveal().decode()


FORMS: dict[str, Callable[[random.Random], str]] = {
    "HMAC secret": KINDS["hmac secret"],
    "HMAC secret in hex": lambda draw: draw.randbytes(32).hex(),
    "in capitals, base32": lambda draw: letters(draw, string.ascii_uppercase + "234567", 52),
    "Ed25519 seed": lambda draw: base64.b64encode(draw.randbytes(32)).decode(),
    "line of PEM": lambda draw: base64.b64encode(draw.randbytes(48)).decode(),
    "PEM": _pem,
    "PEM on one line": lambda draw: _pem(draw).replace("\n", "\\n"),
    "client token": KINDS["client token"],
    "twice": lambda draw: KINDS["hmac secret"](draw) * 2,
    "quoted": lambda draw: f'"{KINDS["hmac secret"](draw)}"',
    "with its name": lambda draw: f"SECRET={KINDS['hmac secret'](draw)}",
    "with blanks": lambda draw: f" {KINDS['hmac secret'](draw)} ",
    "half a secret": lambda draw: KINDS["hmac secret"](draw)[:15] + draw.choice(string.digits),
    "passphrase": lambda draw: letters(draw, string.ascii_letters, 6) + " " + letters(draw, string.ascii_letters + "!?*", 9),
}  # fmt: skip
"""What people take for their secret, drawn."""

WINDOW = 8


def filled(text: str, value: str) -> str:
    """A text of a place with the value; doubled braces are single ones."""
    return text.replace("{secret}", value).replace("{{", "{").replace("}}", "}")


def echoed(value: str, said: str) -> bool:
    """Whether eight characters in a row of the secret stand in what was said. Frames, names and blanks are none of it."""
    parts = [line for line in value.replace("\\n", "\n").split("\n") if "-----" not in line]
    bare = [part.strip(' "').removeprefix("SECRET=") for part in parts]
    return any(part[at : at + WINDOW] in said for part in bare for at in range(len(part) - WINDOW + 1))


def skipped(place: str, form: str) -> str:
    """Why a cell is not run; empty if it is. This is the whole list."""
    if PLACES[place].drawn_only and form in PHRASES:
        return "a word or two are a name there, for all that anybody can tell"
    return ""
