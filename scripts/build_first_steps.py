"""Write the terminals in docs/first-steps.md: `init`, `run` and five requests, typed into a real one.

python scripts/build_first_steps.py           write them
python scripts/build_first_steps.py --check   exit with 1 when the page has not what would be written
"""

import re
import shutil
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.first_steps_story import TOOLS, story  # noqa: E402  # after the path is set

PAGE: Final = ROOT / "docs" / "first-steps.md"
MARKED: Final = re.compile(r"(<!-- output (\w+) -->\n```console\n)((?:(?!```).*\n)*)(```\n<!-- end -->)")


def page_with(page: str, blocks: dict[str, str]) -> str:
    """The page with what stands between its marks replaced. Raises ValueError unless each block is marked once."""
    named = [found[2] for found in MARKED.finditer(page)]
    if sorted(named) != sorted(blocks):
        raise ValueError(f"the page marks {sorted(named)}, and the story has {sorted(blocks)}")
    return MARKED.sub(lambda found: f"{found[1]}{blocks[found[2]]}\n{found[4]}", page)


def main() -> int:
    checking = "--check" in sys.argv[1:]
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        print(f"docs/first-steps.md was not looked at: install {', '.join(missing)}", file=sys.stderr)
        return 0 if checking else 1
    try:
        blocks = story()
    except (OSError, RuntimeError) as error:
        print(f"the first steps could not be taken: {error}; try them by hand to see why", file=sys.stderr)
        return 1
    old = PAGE.read_text("utf-8")
    new = page_with(old, blocks)
    if old == new:
        return 0
    if checking:
        print(
            "docs/first-steps.md has not what a terminal shows: run scripts/build_first_steps.py",
            file=sys.stderr,
        )
        return 1
    PAGE.write_text(new, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
