"""Write the ten pastes of docs/explain.md, each with what `explain` says of it.

python scripts/build_explain_page.py           write the file
python scripts/build_explain_page.py --check   exit with 1 when the file is not what would be written
"""

import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from proxy.core.secret import Secret  # noqa: E402  # after the path is set
from proxy.core.signing.algorithms import HmacKey  # noqa: E402  # after the path is set
from proxy.core.signing.known_key import KnownKey  # noqa: E402  # after the path is set
from proxy.explain.masks import Masks  # noqa: E402  # after the path is set
from proxy.explain.present import Page, as_text  # noqa: E402  # after the path is set
from proxy.explain.reading import read_requests  # noqa: E402  # after the path is set
from proxy.explain.verdict import explain  # noqa: E402  # after the path is set
from scripts.example_pastes import API_KEY, SECRET, Paste, pastes  # noqa: E402  # after the path is set

PAGE: Final = ROOT / "docs" / "explain.md"
BEGIN: Final = "<!-- ten pastes: made by scripts/build_explain_page.py -->\n"
END: Final = "<!-- end of the ten pastes -->\n"
WIDTH: Final = 100


def told(paste: Paste) -> str:
    """What the command prints for a paste, with the secret of the examples configured."""
    secret = Secret(SECRET.encode())
    keys = (KnownKey("default", API_KEY, HmacKey(secret)),)
    (seen,) = read_requests(paste.text.encode())
    return as_text(explain(seen, keys), Masks((secret,)), Page(WIDTH))


def build(page: str) -> str:
    """The page with the pastes of now between the two marks. Raises ValueError where a mark is missing."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    parts = [
        f"### {paste.title}\n\n```text\n{paste.text.rstrip()}\n```\n\n```text\n{told(paste)}\n```\n"
        for paste in pastes()
    ]
    return before + BEGIN + "\n" + "\n".join(parts) + "\n" + END + after


def main() -> int:
    page = PAGE.read_text("utf-8")
    text = build(page)
    if "--check" in sys.argv[1:]:
        if page == text:
            return 0
        print(
            "docs/explain.md is not what `explain` says: run scripts/build_explain_page.py", file=sys.stderr
        )
        return 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
