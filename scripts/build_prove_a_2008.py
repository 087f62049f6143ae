"""Write the output in docs/prove-a-2008.md and its Spanish page: what the commands of a merchant's day print.

python scripts/build_prove_a_2008.py           write it into both pages
python scripts/build_prove_a_2008.py --check   exit with 1 when a page has not what would be written
"""

import asyncio
import re
import shutil
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from proxy.core.errors import GatewayError  # noqa: E402  # after the path is set
from scripts.merchants_story import TOOLS, story  # noqa: E402  # after the path is set

PAGES: Final = (ROOT / "docs" / "prove-a-2008.md", ROOT / "docs" / "es" / "prove-a-2008.md")
MARKED: Final = re.compile(r"(<!-- output (\w+) -->\n```text\n)(.*?)(```\n<!-- end -->)", re.DOTALL)


def page_with(page: str, blocks: dict[str, str]) -> str:
    """The page with what stands between its marks replaced. Raises ValueError unless each block is marked once."""
    named = [found[2] for found in MARKED.finditer(page)]
    if sorted(named) != sorted(blocks):
        raise ValueError(f"the page marks {sorted(named)}, and the story has {sorted(blocks)}")
    return MARKED.sub(lambda found: f"{found[1]}{blocks[found[2]]}\n{found[4]}", page)


def main() -> int:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        print(f"docs/prove-a-2008.md was not looked at: install {', '.join(missing)}", file=sys.stderr)
        return 0 if "--check" in sys.argv[1:] else 1
    try:
        blocks = asyncio.run(story())
    except (GatewayError, OSError, RuntimeError) as error:
        print(f"the story could not be told: {error}; run its commands by hand to see why", file=sys.stderr)
        return 1
    old = {path: path.read_text("utf-8") for path in PAGES}
    new = {path: page_with(text, blocks) for path, text in old.items()}
    stale = [path for path in PAGES if old[path] != new[path]]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(
                f"{path.relative_to(ROOT)} has not what the commands print: run scripts/build_prove_a_2008.py",
                file=sys.stderr,
            )
        return 1 if stale else 0
    for path in stale:
        path.write_text(new[path], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
