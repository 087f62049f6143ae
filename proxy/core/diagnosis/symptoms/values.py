"""Detectors for the commonest kind of symptom: a parameter whose value has a form that it must not have.

Patterns match whole values. A finding names the parameter or counts its characters, and never shows the value.
"""

import re
from collections.abc import Callable, Collection

from proxy.core.diagnosis.symptoms.base import PROVEN, Detect, Param, ParsedRequest, Sighting
from proxy.core.diagnosis.symptoms.parts import seen_in


def value_is(name: str, pattern: str) -> Detect:
    """The first parameter of this name has such a value."""
    return _value_that(name, lambda value: re.fullmatch(pattern, value) is not None)


def value_is_not(name: str, pattern: str) -> Detect:
    """The first parameter of this name has another value, and not an empty one."""
    return _value_that(name, lambda value: value != "" and not re.fullmatch(pattern, value))


def _value_that(name: str, is_wrong: Callable[[str], bool]) -> Detect:
    def detect(request: ParsedRequest) -> Sighting | None:
        sent = request.param(name)
        if sent is None or not is_wrong(sent.value):
            return None
        return Sighting(PROVEN, (("characters", len(sent.value)),))

    return detect


def any_value_is(
    pattern: str, *, of: Collection[str] | None = None, but: Collection[str] = frozenset()
) -> Detect:
    """Any parameter has such a value: of these names or of all, but for those names."""
    return any_param(
        lambda param: (
            (of is None or param.name in of)
            and param.name not in but
            and re.fullmatch(pattern, param.value) is not None
        )
    )


def any_param(is_wrong: Callable[[Param], bool]) -> Detect:
    """Any parameter is wrong in this way; the finding names all that are."""

    def detect(request: ParsedRequest) -> Sighting | None:
        found = [param for param in request.params if is_wrong(param)]
        return Sighting(PROVEN, seen_in(found)) if found else None

    return detect
