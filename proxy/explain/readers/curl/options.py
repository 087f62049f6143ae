"""curl's own way of reading its arguments, as far as the request depends on it.

The names are those of `curl --help all` (7.88), and what newer versions added up to 8.17 according to curl's
manual page. Only whether an option takes a value matters for the ones that don't change the request.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from proxy.explain.readers.shells.words import Word

_SHORT: Final = {
    "E": "cert", "K": "config", "C": "continue-at", "b": "cookie", "c": "cookie-jar", "d": "data",
    "D": "dump-header", "F": "form", "P": "ftp-port", "H": "header", "h": "help", "m": "max-time", "o": "output",
    "x": "proxy", "U": "proxy-user", "Q": "quote", "r": "range", "e": "referer", "X": "request",
    "Y": "speed-limit", "y": "speed-time", "t": "telnet-option", "z": "time-cond", "T": "upload-file",
    "u": "user", "A": "user-agent", "w": "write-out",
    "G": "get", "g": "globoff", "I": "head", ":": "next", "q": "disable",
}  # fmt: skip
_TAKE_VALUE: Final = frozenset(
    """
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to
    continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw
    data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech
    egd-file engine etag-compare etag-save expect100-timeout form
    form-string ftp-account ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode
    happy-eyeballs-timeout-ms haproxy-clientip header help hostpubmd5 hostpubsha256 hsts interface ip-tos
    ipfs-gateway json keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port login-options
    mail-auth mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output
    output-dir parallel-host parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy
    proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key
    proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype
    proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range rate referer request
    request-target resolve retry retry-delay retry-max-time sasl-authzid service-name sigalgs socks4 socks4a
    socks5 socks5-gssapi-service socks5-hostname speed-limit speed-time stderr telnet-option tftp-blksize
    time-cond tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket
    upload-file upload-flags url url-query user user-agent variable vlan-priority write-out
    """.split()  # noqa: SIM905  # a list of a hundred and fifty quoted names reads worse
)
_FLAGS: Final = frozenset({"get", "globoff", "head", "next", "path-as-is", "compressed"})
"""Options without a value that change the request; all others without one are skipped."""


@dataclass(slots=True)
class Operation:
    """The options of one transfer (up to `--next`), by their long names, in order."""

    given: list[tuple[str, Word]] = field(default_factory=list)

    def values(self, *names: str) -> list[Word]:
        return [value for name, value in self.given if name in names]

    def last(self, *names: str) -> Word | None:
        found = self.values(*names)
        return found[-1] if found else None

    def has(self, name: str) -> bool:
        return any(given == name for given, _ in self.given)


def read_options(words: list[Word]) -> list[Operation]:
    """What stands behind the word `curl`. Never raises; what curl would refuse is passed over."""
    operations = [Operation()]
    left = iter(words)
    flags = True
    for word in left:
        text = word.text
        if flags and text == "--":
            flags = False
        elif flags and text.startswith("--"):
            _long(text[2:], left, operations)
        elif flags and text.startswith("-") and len(text) > 1:
            _short(word, left, operations)
        else:
            operations[-1].given.append(("url", word))
    return [operation for operation in operations if operation.has("url")]


def _long(name: str, left: Iterator[Word], operations: list[Operation]) -> None:
    expanded = name.startswith("expand-")  # curl puts a --variable in
    full = _full_name(name.removeprefix("expand-"))
    if full in _TAKE_VALUE:
        value = next(left, None)
        if value is not None:
            unknown = (*value.unknown, "a --variable") if expanded else value.unknown
            operations[-1].given.append((full, Word(value.text, unknown)))
    else:
        _flag(full, operations)


def _full_name(name: str) -> str:
    """An unambiguous beginning of a name serves as well."""
    if name in _TAKE_VALUE or name in _FLAGS:
        return name
    starts = [full for full in _TAKE_VALUE | _FLAGS if full.startswith(name)] if len(name) > 2 else []
    return starts[0] if len(starts) == 1 else name


def _short(word: Word, left: Iterator[Word], operations: list[Operation]) -> None:
    """`-sSXPOST`: letters without a value, then one that takes the rest of the word or the next word."""
    letters = word.text[1:]
    for i, letter in enumerate(letters):
        name = _SHORT.get(letter, "")
        if name not in _TAKE_VALUE:
            _flag(name, operations)
            continue
        rest = letters[i + 1 :]
        value = Word(rest, word.unknown) if rest or word.unknown else next(left, None)
        if value is not None:
            operations[-1].given.append((name, value))
        return


def _flag(name: str, operations: list[Operation]) -> None:
    if name == "next":
        operations.append(Operation())
    elif name in _FLAGS:
        operations[-1].given.append((name, Word("")))
