"""What people get wrong with keys and secrets, told before Binance tells it as -1022 or -2014.

Each mistake is one row: how it is seen, what is said, what to do. No message holds any part of a value, only
lengths. The list of placeholders comes from public bug reports of Binance client libraries.
"""

import re
from collections.abc import Callable
from typing import Final

import msgspec

from proxy.core.secret import Secret


class Mistake(msgspec.Struct, frozen=True):
    """One way to give a wrong value: a predicate on its octets, and the words."""

    seen: Callable[[bytes], object]
    says: str
    hint: str


_BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_NOTHING: Final = re.compile(
    rb"undefined|null|none|nil|nan|true|false|todo|changeme|password|x{3,40}|0{3,40}|\*+|\.{3,}"
)
_STAND_IN: Final = re.compile(
    rb"(?:your|my|the|a|insert|enter|paste|put|replace|with|binance|test)*(?:api|secret|private|key)+(?:here)?"
)
_TEMPLATE: Final = re.compile(
    rb"\{\{.*\}\}|\$\{.*\}|\$\(.*\)|\$[A-Za-z_][A-Za-z0-9_]*|%[A-Za-z_]+%|<[^<>]*>|\[[^\[\]]*\]"
)
_ASSIGNMENT: Final = re.compile(rb"(?:export\s+)?[A-Za-z_][A-Za-z0-9_ ]*\s*[=:]\s*\S.*", re.DOTALL)
_PEM: Final = re.compile(rb"-----\s*BEGIN ")
_STRICT: Final = re.compile(rb"[A-Za-z0-9]{64}")
_LENIENT: Final = re.compile(rb"[A-Za-z0-9_-]{1,128}")
_HEX: Final = re.compile(rb"[0-9a-f]{64}")


def _is_placeholder(value: bytes) -> bool:
    """`undefined`, `xxx`, `YOUR_API_SECRET`, `binance-api-secret`: compared without case, dashes and blanks."""
    folded = re.sub(rb"[-_ ]", b"", value.lower())
    return bool(_NOTHING.fullmatch(folded) or _STAND_IN.fullmatch(folded))


DOCUMENTED: Final = frozenset(
    {
        b"vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
        b"NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
        b"CAvIjXy3F44yW6Pou5k8Dy1swsYDWJZLeoK2r8G4cFDnE9nosRppc2eKc1T8TRTQ",
        b"4yNzx3yWC5bS6YTwEkSRaC0nRmSQIIStAUOh1b6kqaBrTLIhjCpI5lJH8q8R8WNO",
        b"vE3BDAL1gP1UaexugRLtteaAHg3UO8Nza20uexEuW1Kh3tVwQfFHdAiyjjY428o2",
        b"22BjeOROKiXJ3NxbR3zjh3uoGcaflPu3VMyBXAg8Jj2J1xVSnY0eB4dzacdE9IWn",
        b"YtP1BudNOWZE1ag5uzCkh4hIC7qSmQOu797r5EJBFGhxBYivjj8HIX0iiiPof5yG",
    }
)
"""Example keys and secrets printed in Binance's own documentation (binance-spot-api-docs rest-api.md and
web-socket-api.md; USD-M futures and options documentation, "SIGNED" examples). They open nothing."""

_TEXT_MISTAKES: Final = (
    Mistake(lambda v: not v, "is empty", "give the value, or leave the setting away"),
    Mistake(
        lambda v: v.startswith(_BOMS),
        "begins with a byte order mark",
        "save the file as plain UTF-8 text without BOM",
    ),
    Mistake(
        lambda v: len(v) > 1 and v[:1] in (b'"', b"'", b"`") and v[-1:] == v[:1],
        "has quotation marks around it",
        "remove them; docker -e and --env-file keep quotes as part of the value",
    ),
    Mistake(lambda v: v != v.strip(), "begins or ends with white space or a line break", "remove it"),
    Mistake(_TEMPLATE.fullmatch, "is a template that was never filled in", "check the tool that fills it in"),
    Mistake(_is_placeholder, "is a placeholder", "put in the value that Binance showed you"),
    Mistake(
        _ASSIGNMENT.fullmatch, "is a line of the form NAME=value", "keep only what stands after the sign"
    ),
    Mistake(lambda v: len(v.split()) != 1, "holds white space or a line break", "it must be one word"),
    Mistake(lambda v: not v.isascii(), "holds a character outside ASCII", "copy it again from Binance"),
)

_SECRET_MISTAKES: Final = (
    Mistake(
        lambda v: _PEM.search(v) and b"PUBLIC KEY" in v,
        "is a public key, but the HMAC secret is expected here",
        "a self-made key needs its private half: BINANCE_PRIVATE_KEY_FILE or private_key_file",
    ),
    Mistake(
        _PEM.search,
        "is a PEM key, but the HMAC secret is expected here",
        "give it as BINANCE_PRIVATE_KEY_FILE or private_key_file instead",
    ),
    *_TEXT_MISTAKES,
)

_PEM_MISTAKES: Final = (
    _TEXT_MISTAKES[0],
    _TEXT_MISTAKES[1],
    Mistake(
        lambda v: _PEM.search(v) and b"\\n" in v,
        "has its line breaks written as \\n, two characters each",
        "use a file instead: BINANCE_PRIVATE_KEY_FILE or private_key_file",
    ),
    Mistake(
        lambda v: b"PUBLIC KEY-----" in v and b"PRIVATE KEY-----" not in v,
        "is the public half of a key, and the private half is expected",
        "the public half is for Binance's web page; signing needs the file that keygen wrote with mode 0600",
    ),
    Mistake(
        lambda v: b"BEGIN CERTIFICATE" in v,
        "is a certificate, and a private key is expected",
        "make a key with: signing-proxy keygen ed25519",
    ),
    Mistake(
        lambda v: b"BEGIN OPENSSH PRIVATE KEY" in v,
        "is an OpenSSH key, and PKCS#8 is expected",
        "make a key with: signing-proxy keygen ed25519",
    ),
    Mistake(
        lambda v: _STRICT.fullmatch(v.strip()),
        "is an HMAC secret, but a PEM private key is expected here",
        "give it as BINANCE_API_SECRET_FILE or api_secret_file instead",
    ),
    Mistake(
        lambda v: not _PEM.search(v) or b"-----END " not in v,
        "is not a whole PEM file",
        "it must begin with -----BEGIN PRIVATE KEY----- and end with -----END PRIVATE KEY-----",
    ),
    Mistake(
        lambda v: v.strip()[:1] in (b'"', b"'"), "has quotation marks around it", "remove the quotation marks"
    ),
)

type Verdict = tuple[str, str] | None
"""What is wrong (to follow the name of the source) and what to do; None: nothing."""


def check_api_key(value: bytes, *, strict: bool, production: bool) -> Verdict:
    """`strict`: a real Binance environment, where keys have 64 letters and digits."""
    if _PEM.search(value):
        return (
            "is a PEM key, but the API key is expected here",
            "Binance shows the API key after registration",
        )
    return _first(_TEXT_MISTAKES, value) or _check_form(value, strict=strict, production=production)


def check_hmac_secret(value: Secret, api_key: bytes, *, strict: bool, production: bool) -> Verdict:
    octets = value.reveal()
    if octets and octets == api_key:
        return "is the same text as the API key", "the secret is the other value, shown once at creation"
    return _first(_SECRET_MISTAKES, octets) or _check_form(octets, strict=strict, production=production)


def is_private_pem(value: Secret) -> bool:
    return re.search(rb"-----\s*BEGIN [A-Z ]*PRIVATE KEY", value.reveal()) is not None


def check_pem(value: Secret) -> Verdict:
    return _first(_PEM_MISTAKES, value.reveal())


def looks_like_futures_testnet(value: bytes) -> bool:
    """Keys of the futures testnet are 64 lower-case hex digits; those of production mix all letters."""
    return _HEX.fullmatch(value) is not None


def _first(mistakes: tuple[Mistake, ...], value: bytes) -> Verdict:
    return next(((one.says, one.hint) for one in mistakes if one.seen(value)), None)


def _check_form(value: bytes, *, strict: bool, production: bool) -> Verdict:
    if production and value in DOCUMENTED:
        return "is the published example of Binance's documentation, known to everyone", "use your own key"
    if strict and not _STRICT.fullmatch(value):
        if len(value) != 64:
            return f"has {len(value)} characters, and Binance's have 64", "copy the whole value again"
        return "holds other characters than letters and digits", "copy the value again"
    if not _LENIENT.fullmatch(value):
        return "holds other characters than letters, digits, - and _", "at most 128 of them"
    return None
