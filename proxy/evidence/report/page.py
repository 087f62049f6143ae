"""The sections in the order in which somebody reads who has one minute, then ten."""

from collections.abc import Callable
from typing import Final

from proxy.evidence.report.blocks import LeftOut, Section
from proxy.evidence.report.material import Material
from proxy.evidence.report.sections import (
    audit,
    clock,
    contents,
    control,
    doctor,
    endpoints,
    failures,
    ids,
    key,
    limits,
    signature,
    timeline,
    verdict,
    versions,
)

SECTIONS: Final[tuple[Callable[[Material], Section | LeftOut], ...]] = (
    verdict.section,
    failures.section,
    control.section,
    endpoints.section,
    timeline.section,
    audit.section,
    signature.section,
    key.section,
    clock.section,
    limits.section,
    ids.section,
    doctor.section,
    versions.section,
    contents.section,
)


def sections_of(material: Material) -> list[Section | LeftOut]:
    """All of them."""
    return [section(material) for section in SECTIONS]
