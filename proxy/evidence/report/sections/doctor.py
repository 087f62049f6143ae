"""What the checks of this machine said: key, clock, network, permissions."""

from typing import Final

from proxy.evidence.report.blocks import LeftOut, Lines, Section
from proxy.evidence.report.material import Material

TITLE: Final = "Checks of this machine"


def section(material: Material) -> Section | LeftOut:
    """The lines as they were printed."""
    if not material.doctor:
        return LeftOut(TITLE, "none were given; save what the checks print, and add it with --doctor FILE")
    return Section(TITLE, (Lines(tuple(material.doctor)),))
