"""What a policy names, line by line: forms, and names that nothing bears. Its limits: limit_checks.py."""

import difflib
import re
from collections.abc import Iterator
from typing import Final, get_args

from proxy.config.derived import policies
from proxy.config.problems import Problem, dotted
from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.catalogue.reads import ReadGroup
from proxy.core.guard.confirm import CONFIRM_GROUPS
from proxy.core.settings import PermitSettings, Profile, Settings

ALLOW_LINE: Final = re.compile(r"(GET|POST|PUT|DELETE) (/[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)+)")
READ_LINE: Final = re.compile(
    r"(GET|POST|PUT|DELETE) /[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*(?:/\*|/[A-Za-z0-9_-]+)"
)


def allow_lines(settings: Settings) -> Iterator[Problem]:
    for path, policy in policies(settings):
        for index, line in enumerate(policy.allow):
            if not ALLOW_LINE.fullmatch(line):
                yield Problem(
                    ((*path, "allow", index),),
                    f"{dotted(path)}.allow[{index}] must be a method and a path",
                    "one blank between, no query, no wildcard: POST /sapi/v1/capital/withdraw/apply",
                )
        for index, limit in enumerate(policy.limits):
            if limit.applies_to not in get_args(Profile.__value__) and not ALLOW_LINE.fullmatch(
                limit.applies_to
            ):
                yield Problem(
                    ((*path, "limits", index, "applies_to"),),
                    f"{dotted(path)}.limits[{index}].applies_to must be a profile or METHOD /path",
                    "for example spot, or POST /sapi/v1/capital/withdraw/apply",
                )


def read_lines(settings: Settings) -> Iterator[Problem]:
    groups = [group.value for group in ReadGroup]
    for path, policy in policies(settings):
        for index, entry in enumerate(policy.read or ()):
            if entry in groups or READ_LINE.fullmatch(entry):
                continue
            close = difflib.get_close_matches(entry.lower(), groups, n=1)
            yield Problem(
                ((*path, "read", index),),
                f"{dotted(path)}.read[{index}] must be a group of reads, METHOD /path or METHOD /path/*",
                f"did you mean {close[0]}?" if close else "groups: " + ", ".join(groups),
            )


def confirm_lines(settings: Settings) -> Iterator[Problem]:
    """A line that names nothing would protect nothing: here a typing mistake is an error, unlike under `allow`."""
    for path, policy in policies(settings):
        for index, line in enumerate(policy.confirm):
            if line not in CONFIRM_GROUPS and not _is_endpoint(line, settings, policy):
                names = (*CONFIRM_GROUPS, *_endpoint_names(line))
                close = difflib.get_close_matches(line, names, n=1, cutoff=0.8)
                groups = ", ".join(sorted(CONFIRM_GROUPS))
                yield Problem(
                    ((*path, "confirm", index), ("endpoints",)),
                    f"{dotted(path)}.confirm[{index}] names neither a group of operations nor a known endpoint",
                    f"did you mean {close[0]}?" if close else f"METHOD /path, or one of: {groups}",
                )


def _is_endpoint(line: str, settings: Settings, policy: PermitSettings) -> bool:
    """Whether somebody knows it: the catalogue, a row under `endpoints`, or the same policy's own `allow`."""
    method, _, path = line.partition(" ")
    own = {row.endpoint for row in settings.endpoints}.union(policy.allow)
    return line in own or Catalogue.builtin().find(method, path) is not None


def _endpoint_names(line: str) -> list[str]:
    """The known endpoints with the method of a line."""
    method = line.partition(" ")[0]
    return [endpoint.name for endpoint in Catalogue.builtin() if endpoint.method == method]


def doubtful_policies(settings: Settings) -> Iterator[str]:
    """Warnings for lines of policies that are legal and mostly mistakes: they name nothing, or nothing passes."""
    catalogue = Catalogue.builtin()
    own = frozenset(row.endpoint for row in settings.endpoints)
    for path, policy in policies(settings):
        for index, line in enumerate(policy.allow):
            unknown = "" if line in own else unknown_endpoint(line, catalogue)
            if unknown:
                yield f"{dotted(path)}.allow[{index}] {unknown}"
        if policy.read == ():
            yield f"{dotted(path)}.read is empty: no read passes, not even the time; null lets every read pass"
        for index, line in enumerate(policy.read or ()):
            if READ_LINE.fullmatch(line) and line not in own:
                says = _doubtful_read(line, catalogue)
                yield from (f"{dotted(path)}.read[{index}] {one}" for one in says)


def unknown_endpoint(line: str, catalogue: Catalogue) -> str:
    """What to say of a `METHOD /path` that is not in the catalogue; "" for one that is."""
    method, _, path = line.partition(" ")
    if catalogue.find(method, path) is not None:
        return ""
    return "names no endpoint that is known here" + _meant(line, catalogue)


def _doubtful_read(line: str, catalogue: Catalogue) -> Iterator[str]:
    """What is odd about a `METHOD /path` of `read`; nothing where a read bears it, or stands below it."""
    if line.endswith("/*"):
        if not any(one.name.startswith(line[:-1]) and not one.mutates for one in catalogue):
            yield "names no read that is known here"
        return
    method, _, path = line.partition(" ")
    endpoint = catalogue.find(method, path)
    if endpoint is None:
        yield unknown_endpoint(line, catalogue)
    elif operation_of(endpoint) is not Operation.READ:
        yield "names an endpoint that changes something; those belong under `allow`"


def _meant(line: str, catalogue: Catalogue) -> str:
    method = line.partition(" ")[0]
    names = [endpoint.name for endpoint in catalogue if endpoint.method == method]
    close = difflib.get_close_matches(line, names, n=1, cutoff=0.8)
    return f"; did you mean {close[0]}?" if close else ""
