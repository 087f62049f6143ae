"""Where a policy is written, and which line lets through what it has refused.

Only who is on this machine is told a path: others hear that it stands in the gateway's configuration. The file is
read when it is asked for, and again once it has changed: what is said is true of the file as it is now.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Final, Self

import msgspec

from proxy.config.addresses import is_loopback
from proxy.config.load import DEFAULT_FILE, SWITCHES, Loaded
from proxy.core.errors import ConfigError, PolicyLine, Refusal
from proxy.core.guard.passed_on import was_passed_on
from proxy.core.key_shapes import is_key_as_name, shown_place
from proxy.gateway.call import Call
from proxy.runtime.files import Stamp, stamp

if TYPE_CHECKING:  # it brings yaml, for those who have a file
    from proxy.config.document import Document

RELOADED: Final = "signing-proxy reload{where} takes it up at once"
RESTARTED: Final = "restart the gateway (pid {pid})"
"""How a changed file comes to hold: the end of each such sentence."""
ELSEWHERE: Final = "that stands in the gateway's configuration, which is not yours to read from here"
_PROFILES: Final = ("policy", "profiles")
_JOURNAL: Final = "journal.directory"
_START: Final = "start it with"
_BARE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./ -]*")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
_LONGEST: Final = 8
"""Items of a list that is shown whole."""


class WrittenPolicy:
    """The place of the policies of one gateway: the file it would read here, until it is told which it has read."""

    def __init__(self) -> None:
        self._file = FilePath(DEFAULT_FILE).absolute()
        self._none, self._read_here = True, True
        self._switch: str | None = None
        """The flag or variable that profiles came from."""
        self._pid: int | None = None
        self._reloads = True
        self._start = _START
        self.found_by = ""
        """The option, a blank before it, by which other verbs find this gateway's journal where they would not by
        themselves."""
        self._known: tuple[Stamp | None, Document | None] = (None, None)

    def stands_in(
        self, loaded: Loaded, *, pid: int | None = None, reloads: bool = True, start: str = _START
    ) -> Self:
        """Where these settings came from; `pid`: of the gateway that has them, if there is one; `reloads`: whether it
        reads them again; `start`: how one is started that has others, up to the options."""
        origin, named = loaded.origins.get(".".join(_PROFILES)), SWITCHES["profile"]
        self._file = (loaded.path or FilePath(DEFAULT_FILE)).absolute()
        self._none, self._read_here = loaded.path is None, loaded.looked_here
        self._switch = origin if origin in (named.flag, named.variable) else None
        self._pid, self._reloads, self._known = pid, reloads, (None, None)
        self._start, self.found_by = start, _found_by(loaded)
        return self

    def stands_now_in(self, loaded: Loaded) -> None:
        """The same gateway has read the configuration again."""
        self.stands_in(loaded, pid=self._pid, reloads=self._reloads, start=self._start)

    def advised(self, refusal: Refusal, *, local: bool) -> Refusal:
        """The refusal with where it is mended; itself where no line of a policy mends it."""
        if refusal.remedy is None:
            return refusal
        if not local:
            return replace(refusal, message=f"{refusal.message}; {ELSEWHERE}")
        return replace(refusal, message=f"{refusal.message}. {self.sentence(refusal.remedy)}")

    def sentence(self, line: PolicyLine) -> str:
        """What to write where, for who may open the file."""
        if self._switch is not None and (line.group, line.setting) == _PROFILES:
            return self._switched(line)
        if self._none and not self._read_here:
            return _capital(_in_a_file_of_ones_own(line, self._start))
        name = _client(line)
        if name is not None and not self._has_rights_for(name):
            return _given_by_command(name, line, shown_place(self._file))
        return _capital(self._already(line) or f"{self._said(line)}; then {self._taken_up()}") + "."

    def _already(self, line: PolicyLine) -> str | None:
        """The file has it, and this gateway has read an older one."""
        written, path = self._read(), _path(line)
        found = _at(written.data, path) if written else None
        if written is None or not isinstance(found, list) or line.added not in found:
            return None
        number = written.lines[(*path, found.index(line.added))]
        return f"line {number} of {shown_place(self._file)} has it already: {self._taken_up()}"

    def _switched(self, line: PolicyLine) -> str:
        """Profiles that a flag or a variable gives: the file does not count."""
        assert self._switch is not None
        names = (*line.present, line.added)
        if self._switch == SWITCHES["profile"].flag:
            return f"Start it with {_flags(names)}."
        return f"Start it with {self._switch}={','.join(names)}."

    def _taken_up(self) -> str:
        if self._pid and not self._reloads:
            return RESTARTED.format(pid=self._pid)
        return RELOADED.format(where=self.found_by)

    def _said(self, line: PolicyLine) -> str:
        place = shown_place(self._file)
        written = None if self._none and not self._file.is_file() else self._read()
        path = _path(line)
        if written is None:
            flags = f", or start it with {_flags((*line.present, line.added))}"
            begin = f"write into {place}" if self._none else f"in {place} write"
            ends = flags if (line.group, line.setting) == _PROFILES else ""
            return f"{begin} {_below_each_other(_block(path, line.present, line.added))}{ends}"
        return _change(written, place, path, line)

    def _has_rights_for(self, client: str) -> bool:
        """Whether the rights of a client stand in the file, as it is now."""
        written = self._read()
        return written is not None and client in (_at(written.data, ["clients"]) or {})

    def _read(self) -> "Document | None":
        """None where the file cannot be read now."""
        now = stamp(self._file)
        if now is None or now != self._known[0]:
            from proxy.config.document import read_document  # noqa: PLC0415  # yaml, for those who have a file

            try:
                self._known = (now, read_document(self._file))
            except ConfigError:  # neither is a file that cannot be read read again for each refusal
                self._known = (now, None)
        return self._known[1]


def _found_by(loaded: Loaded) -> str:
    """`reload` looks where the settings of the working directory say that the journal is."""
    named, usual = (
        SWITCHES["journal"],
        loaded.path is None or loaded.path.absolute() == FilePath(DEFAULT_FILE).absolute(),
    )
    if usual and loaded.origins.get(_JOURNAL) not in (named.flag, named.variable):
        return ""
    return f" --journal {shlex.quote(shown_place(FilePath(loaded.settings.journal.directory).absolute()))}"


def is_local(call: Call) -> bool:
    """Whether who asks is on this machine, and no proxy, tunnel or web page: others are told no path."""
    fields = call.head.fields
    here = call.peer == "" or is_loopback(call.peer)
    return here and b"origin" not in fields and not was_passed_on(fields)


def _client(line: PolicyLine) -> str | None:
    """`clients.a.b.policy` is the policy of the client `a.b`."""
    if line.group == "policy":
        return None
    return line.group.removeprefix("clients.").removesuffix(".policy")


def _path(line: PolicyLine) -> tuple[str, ...]:
    name = _client(line)
    return ("policy", line.setting) if name is None else ("clients", name, "policy", line.setting)


def _in_a_file_of_ones_own(line: PolicyLine, start: str) -> str:
    """No file is read but one that is named."""
    if (line.group, line.setting) == _PROFILES:
        return f"{start} {_flags((*line.present, line.added))}."
    block = _below_each_other(_block(_path(line), line.present, line.added))
    return f"Write into a file of your own {block}, and {start} --config FILE."


def _given_by_command(name: str, line: PolicyLine, place: str) -> str:
    """Its rights stand beside its key: one line in the configuration would take the place of them all."""
    option = {"profiles": f"--profile {line.added}", "allow": f"--allow '{line.added}'"}[line.setting]
    return (
        f"The rights of {name} were given to `signing-proxy clients add`: revoke it, and add it anew with all of "
        f"them and {option}; or write all of them into {place}, under `clients:`."
    )


def _change(written: "Document", place: str, path: tuple[str, ...], line: PolicyLine) -> str:
    number = written.lines.get(path)
    if number is not None:
        return _longer(written, place, path, number, line)
    for depth in range(len(path) - 1, 0, -1):
        above = path[:depth]
        if above in written.lines:
            if not isinstance(_at(written.data, above) or {}, dict):
                break
            return _added(written, place, above, _block(path, line.present, line.added)[depth:])
    return f"add to {place} {_below_each_other(_block(path, line.present, line.added))}"


def _longer(written: "Document", place: str, path: tuple[str, ...], number: int, line: PolicyLine) -> str:
    """The list is there: its line as it should be, or the item that it lacks."""
    found = _at(written.data, path)
    items = tuple(map(str, found)) if isinstance(found, list) else ()
    where = [written.lines[(*path, index)] for index in range(len(items))]
    own_line = written.text[number - 1].lstrip(" ").startswith(f"{path[-1]}:")
    if where and where[0] > number and len(items) == len(set(where)):  # one `- item` a line
        indent = _indent(written, where[-1])
        return f"below line {where[-1]} of {place} add the line `{indent}- {_scalar(line.added)}`"
    whole = len(items) < _LONGEST and not any(map(is_key_as_name, items))
    if not own_line or not whole or set(where) - {number}:
        return f"in line {number} of {place} add `{_scalar(line.added)}` to the list of `{path[-1]}`"
    return f"line {number} of {place} becomes `{_indent(written, number)}{_flow(path[-1], (*items, line.added))}`"


def _added(written: "Document", place: str, above: tuple[str, ...], block: Sequence[str]) -> str:
    """The group is there and lacks the list: lines below its name, as deep as its other lines are."""
    number = written.lines[above]
    text = written.text[number - 1]
    inner = [line for path, line in written.lines.items() if path[:-1] == above]
    if not text.rstrip().partition(" #")[0].rstrip().endswith(":"):  # `policy: {}`
        return f"in line {number} of {place} add {_below_each_other(_bare(block))} to `{above[-1]}`"
    deep = _indent(written, inner[0]) if inner else _indent(written, number) + "  "
    lines = [deep + one for one in _bare(block)]
    return f"below line {number} of {place} add {_below_each_other(lines)}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _bare(block: Sequence[str]) -> list[str]:
    """Lines without the indentation that they have in common."""
    least = min(len(one) - len(one.lstrip(" ")) for one in block)
    return [one[least:] for one in block]


def _block(path: tuple[str, ...], present: Sequence[str], added: str) -> list[str]:
    names = [f"{'  ' * depth}{_scalar(step)}:" for depth, step in enumerate(path[:-1])]
    return [*names, f"{'  ' * (len(path) - 1)}{_flow(path[-1], (*present, added))}"]


def _below_each_other(lines: Sequence[str]) -> str:
    count = "the line" if len(lines) == 1 else f"the {len(lines)} lines"
    return f"{count} " + ", ".join(f"`{one}`" for one in lines)


def _indent(written: "Document", line: int) -> str:
    text = written.text[line - 1]
    return text[: len(text) - len(text.lstrip(" "))]


def _flow(name: str, items: Sequence[str]) -> str:
    return f"{name}: [{', '.join(map(_scalar, items))}]"


def _scalar(text: str) -> str:
    bare = _BARE.fullmatch(text) and text.lower() not in _WORDS
    return text if bare else msgspec.json.encode(text).decode()


def _flags(names: Sequence[str]) -> str:
    return " ".join(f"--profile {name}" for name in names)


def _at(data: Any, path: Sequence[str]) -> Any:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data
