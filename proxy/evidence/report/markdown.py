"""A report as Markdown, for a ticket or a forum: texts of others are escaped, so that they are text."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from proxy.core.foreign import Foreign
from proxy.evidence.report.blocks import Block, Figure, LeftOut, Lines, Paragraph, Section, Table, Text

_MARK_UP: Final = re.compile(r"([\\`*|<>\[\]])")
"""Signs that our own words may hold, and that are meant as they are."""


def markdown(title: str, sections: Iterable[Section | LeftOut]) -> str:
    """The whole page."""
    return "\n".join(_page(title, sections)) + "\n"


def _page(title: str, sections: Iterable[Section | LeftOut]) -> Iterator[str]:
    yield f"# {title}"
    for one in sections:
        yield f"\n## {one.title}"
        if isinstance(one, LeftOut):
            yield f"\nLeft out: {_text(one.why)}."
        else:
            for block in one.blocks:
                yield ""
                yield from _lines(block)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield "".join(map(_text, block.parts))
        case Table():
            yield _row(map(_text, block.heads))
            yield _row("---" for _ in block.heads)
            yield from (_row(map(_text, row)) for row in block.rows)
        case Lines():  # four blanks: a block of code, in which nothing is mark-up
            yield from (
                f"    {(Foreign(one) if isinstance(one, str) else one).terminal()}" for one in block.lines
            )
        case Figure():
            yield f"![{_text(block.says)}]({block.name})"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(text: Text) -> str:
    return _MARK_UP.sub(r"\\\1", text) if isinstance(text, str) else text.markdown_code()
