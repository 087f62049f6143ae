"""make tamper-proof: random edits of journals and bundles, and which of them `export verify` finds."""

import argparse
import sys
import time

from tests.tamper_proof.proof import prove


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    outcome = prove(options.count, options.seed)
    print(f"{outcome.edits} edits in {time.monotonic() - began:.0f} s (seed {options.seed})")
    columns = {"found": outcome.found, "like a kill": outcome.like_a_kill, "no trace": outcome.no_trace}
    print(f"{'edit':<26}" + "".join(f"{title:>13}" for title in columns))
    for name in sorted(set().union(*columns.values())):
        print(f"{name.replace('_', ' '):<26}" + "".join(f"{column[name]:>13}" for column in columns.values()))
    print(f"{'all':<26}" + "".join(f"{column.total():>13}" for column in columns.values()))
    for title, lines in (
        ("missed", outcome.missed),
        ("right, and called broken", outcome.accused),
        ("the other reader differs", outcome.disagreed),
    ):
        print(f"{title}: {len(lines)}")
        for line in lines[:10]:
            print(f"    {line}")
    return 1 if outcome.missed or outcome.accused or outcome.disagreed else 0


if __name__ == "__main__":
    sys.exit(main())
