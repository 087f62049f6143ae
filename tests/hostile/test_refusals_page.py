"""docs/refusals.md names every refusal that the code can make, with its status, and no other."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_ROW = re.compile(r"^\| (\d{3}) \| ((?:`[a-z_]+`(?:, )?)+) \|", re.MULTILINE)


def in_the_code() -> set[tuple[int, str]]:
    """Status and token of each `Refusal(...)` with both written out, and of the table of upstream faults."""
    found = set()
    for file in (ROOT / "proxy").rglob("*.py"):
        if "sandbox" in file.parts:
            continue  # the exchange's own refusals
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                match node.args[:2]:
                    case [ast.Constant(value=int(status)), ast.Constant(value=str(token))]:
                        found.add((status, token))
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    match key, value:
                        case (
                            ast.Constant(value=str(token)),
                            ast.Tuple(elts=[ast.Constant(value=int(status)), *_]),
                        ):
                            found.add((status, token))
    return found


def test_the_page_and_the_code_agree() -> None:
    page = (ROOT / "docs" / "refusals.md").read_text()
    told = {
        (int(status), token)
        for status, tokens in _ROW.findall(page)
        for token in re.findall(r"[a-z_]+", tokens)
    }
    assert len(told) > 30
    assert in_the_code() - told == set(), "made by the code and not on the page"
    assert told - in_the_code() == set(), "on the page and made nowhere"
