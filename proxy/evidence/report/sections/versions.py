"""Which programs took part."""

from typing import Final

from proxy.evidence.report.blocks import LeftOut, Section, Table
from proxy.evidence.report.material import Material

TITLE: Final = "Versions"


def section(material: Material) -> Section | LeftOut:
    """One row each."""
    if not material.versions:
        return LeftOut(TITLE, "they are not known")
    return Section(TITLE, (Table(("program", "version"), tuple(material.versions.items())),))
