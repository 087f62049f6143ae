"""A report as one static HTML page: no script, nothing loaded from elsewhere; texts of others are escaped."""

from collections.abc import Iterable, Iterator
from typing import Final

from proxy.core.foreign import Foreign
from proxy.evidence.report.blocks import Block, Figure, LeftOut, Lines, Paragraph, Section, Table, Text

_HEAD: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 15px/1.45 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #1b1b1b; }}
table {{ border-collapse: collapse; margin: .6em 0; }}
td, th {{ border: 1px solid #bbb; padding: .2em .5em; text-align: left; vertical-align: top; }}
td {{ overflow-wrap: anywhere; }}
th {{ background: #eee; }}
pre {{ background: #f4f4f4; padding: .6em; overflow-x: auto; }}
.out {{ color: #666; }}
svg {{ max-width: 100%; height: auto; }}
@media print {{ body {{ margin: 0; }} }}
</style>
</head>
<body>
<h1>{title}</h1>"""


def html(title: str, sections: Iterable[Section | LeftOut]) -> str:
    """The whole page."""
    return "\n".join(_page(title, sections)) + "\n"


def _page(title: str, sections: Iterable[Section | LeftOut]) -> Iterator[str]:
    yield _HEAD.format(title=_text(title))
    for one in sections:
        yield f"<h2>{_text(one.title)}</h2>"
        if isinstance(one, LeftOut):
            yield f'<p class="out">Left out: {_text(one.why)}.</p>'
        else:
            yield from map(_shown, one.blocks)
    yield "</body>\n</html>"


def _shown(block: Block) -> str:
    match block:
        case Paragraph():
            return f"<p>{''.join(map(_text, block.parts))}</p>"
        case Table():
            rows = (_row("td", row) for row in block.rows)
            return "\n".join(["<table>", _row("th", block.heads), *rows, "</table>"])
        case Lines():
            return "<pre>" + "\n".join(map(_text, block.lines)) + "</pre>"
        case Figure():
            return block.svg


def _row(cell: str, texts: Iterable[Text]) -> str:
    return f"<tr>{''.join(f'<{cell}>{_text(text)}</{cell}>' for text in texts)}</tr>"


def _text(text: Text) -> str:
    return (Foreign(text) if isinstance(text, str) else text).html()
