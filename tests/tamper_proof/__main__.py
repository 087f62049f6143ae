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
    print(f"{'edit':<26}{'found':>7}{'like a kill':>13}")
    for name in sorted(outcome.found | outcome.like_a_kill):
        print(f"{name.replace('_', ' '):<26}{outcome.found[name]:>7}{outcome.like_a_kill[name]:>13}")
    print(f"{'all':<26}{outcome.found.total():>7}{outcome.like_a_kill.total():>13}")
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
