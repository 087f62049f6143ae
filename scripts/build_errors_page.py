"""Write docs/errors.md from the list of codes and the rules.

python scripts/build_errors_page.py           write the file
python scripts/build_errors_page.py --check   exit with 1 when the file is not what would be written
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from proxy.core.catalogue.errors import all_errors  # noqa: E402  # after the path is set
from proxy.core.diagnosis.refusals import by_code  # noqa: E402  # after the path is set
from proxy.core.diagnosis.refusals.refusals import rules_by_code  # noqa: E402  # after the path is set

PAGE = ROOT / "docs" / "errors.md"
_RULE = re.compile(r"^\* `([a-z0-9-]+)`:", re.MULTILINE)

HEAD = """# Error codes of Binance

What each code means, what causes it, and which rules find the cause. This page is made from the list of codes and
the rules (`scripts/build_errors_page.py`); `signing-proxy explain -1021` shows the same text, and so does an error
message given to `explain` alone. The rules are told in [mistakes.md](mistakes.md).
"""


def codes() -> list[str]:
    """All codes that are known, the numbers first and from -1000 down."""
    listed = {code for one in all_errors() for code in one.codes if not code.startswith("HTTP")}
    return sorted(listed | {str(code) for code in rules_by_code()}, key=_order)


def _order(code: str) -> tuple[bool, int, str]:
    number = int(code) if re.fullmatch(r"-?[0-9]+", code) else 0
    return number >= 0, abs(number), code


def build() -> str:
    """The whole page."""
    filters = "\n".join(
        f"* `{name}`: [`{rule}`](mistakes.md#{rule})" for name, rule in sorted(by_code.filters().items())
    )
    pages = [_linked(by_code.page(code).replace("### ", "## ", 1)) for code in codes()]
    return "\n".join([HEAD, index(), *pages, f"## Filters\n\n{filters}\n"])


def index() -> str:
    """All codes with the names that Binance gives them."""
    rows = []
    for code in codes():
        names = dict.fromkeys(one.name for one in by_code.meanings(code))
        rows.append(f"* [{code}](#{_anchor(code)})" + (f": {', '.join(names)}" if names else ""))
    return "## Index\n\n" + "\n".join([*rows, "* [Filters](#filters)"]) + "\n"


def _linked(page: str) -> str:
    """The page with each rule linked to its text."""
    return _RULE.sub(r"* [`\1`](mistakes.md#\1):", page)


def _anchor(heading: str) -> str:
    """Of a heading, as code hosts and the site make it."""
    return heading.lower().replace(" ", "-")


def main() -> int:
    text = build()
    if "--check" in sys.argv[1:]:
        if PAGE.read_text("utf-8") == text:
            return 0
        print("docs/errors.md is not what the rules say: run scripts/build_errors_page.py", file=sys.stderr)
        return 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
