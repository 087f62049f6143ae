"""What a report is made of. A text is ours (`str`) or somebody's (`Foreign`), which each form escapes."""

from typing import NamedTuple

from proxy.core.foreign import Foreign

type Text = str | Foreign


class Paragraph(NamedTuple):
    """Running text."""

    parts: tuple[Text, ...]


class Table(NamedTuple):
    """Rows of cells, as many as there are heads."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]


class Lines(NamedTuple):
    """Lines that keep their blanks."""

    lines: tuple[Text, ...]


class Figure(NamedTuple):
    """A picture: SVG without scripts, which also stands as `name` beside the report. `says`: the same in words."""

    name: str
    svg: str
    says: str


type Block = Paragraph | Table | Lines | Figure


class Section(NamedTuple):
    """One question of whoever reads the report, and its answer."""

    title: str
    blocks: tuple[Block, ...]


class LeftOut(NamedTuple):
    """A section for which there is nothing, and why."""

    title: str
    why: str


def says(*parts: Text) -> Paragraph:
    """A paragraph of these parts."""
    return Paragraph(parts)
