"""What stands in a directory, as one digest; and whether commands leave it octet for octet as it was.

    python scripts/tree_digest.py .venv
    python scripts/tree_digest.py --runs 2 .venv make test      (`make test-twice`)

Names, kinds, modes, targets of links and the content of every file count, and nothing is left out; times do not. With
a command the exit code is 1 if the directory changed or the command failed, and what changed is listed.
"""

import argparse
import hashlib
import stat
import subprocess
import sys
from pathlib import Path
from typing import Final

_SHOWN: Final = 40


def entries(root: Path) -> dict[str, str]:
    """By relative path: kind, mode and what stands in it. Links are not followed."""
    found = {}
    for path in sorted(root.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            content = str(path.readlink())
        elif stat.S_ISREG(mode):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            content = ""
        found[str(path.relative_to(root))] = f"{stat.filemode(mode)} {content}"
    return found


def digest(found: dict[str, str]) -> str:
    lines = (f"{value} {name}\0" for name, value in sorted(found.items()))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """One line for each path that came, went or became another."""
    came = [f"new      {name}" for name in sorted(after.keys() - before.keys())]
    went = [f"gone     {name}" for name in sorted(before.keys() - after.keys())]
    other = [f"changed  {name}" for name in sorted(before) if after.get(name, before[name]) != before[name]]
    return came + went + other


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("directory", type=Path)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(arguments)
    before = entries(chosen.directory)
    print(f"{digest(before)}  {chosen.directory}: {len(before)} entries", flush=True)
    good = True
    for number in range(1, chosen.runs + 1 if chosen.command else 1):
        code = subprocess.run(chosen.command, check=False).returncode
        after = entries(chosen.directory)
        differ = changes(before, after)
        count = f"{len(after)} entries, {len(differ)} of them changed, after run {number}"
        print(f"{digest(after)}  {chosen.directory}: {count}")
        print(*differ[:_SHOWN], f"the command ended with {code}", sep="\n", flush=True)
        good = good and not differ and code == 0
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
