"""Write the table of docs/policy.md: what a line of `limits:` can bound, for every write of the catalogue.

python scripts/build_limits_table.py           write it
python scripts/build_limits_table.py --check   exit with 1 when the file does not have what would be written
"""

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from proxy.core.catalogue import Catalogue, Endpoint  # noqa: E402  # after the path is set
from proxy.core.catalogue.operations import Operation, operation_of  # noqa: E402  # after the path is set
from proxy.core.catalogue.parameters import UNDESCRIBED, Role, parameters_of  # noqa: E402  # after the path is set
from proxy.core.guard.limits import can_bound  # noqa: E402  # after the path is set
from proxy.core.guard.limits.line import LISTS, Measure  # noqa: E402  # after the path is set

PAGE = ROOT / "docs" / "policy.md"
BEGIN = "<!-- what can be bounded: made by scripts/build_limits_table.py -->\n"
END = "<!-- end of what can be bounded -->\n"

HEAD = (
    "| group | operations | lists | amounts |\n"
    "| --- | --- | --- | --- |\n"
)  # fmt: skip


def build() -> str:
    """All writes, those with the same bounds in one row."""
    return HEAD + "".join(_rows())


def _rows() -> Iterator[str]:
    writes = [one for one in Catalogue.builtin() if operation_of(one) is not Operation.READ]
    rows = sorted(
        (list(Operation).index(operation_of(one)), _lists(one), _amounts(one), one.name) for one in writes
    )
    for (group, lists, amounts), same in groupby(rows, key=lambda row: row[:3]):
        names = "<br>".join(f"`{name}`" for *_, name in same)
        yield f"| {list(Operation)[group].value} | {names} | {lists} | {amounts} |\n"


def _lists(endpoint: Endpoint) -> str:
    return ", ".join(name for name in LISTS if can_bound(endpoint, name, prices=False)) or "-"


def _amounts(endpoint: Endpoint) -> str:
    """What can be bounded without a price, what with one, and what stays unknown."""
    if endpoint.name in UNDESCRIBED or not parameters_of(endpoint.method, endpoint.path):
        return "**unknown**: nobody says what it takes; refused where a line names it"
    if not endpoint.moves_funds and endpoint.family != "c2c":
        return "moves nothing"
    plain = [measure for measure in Measure if can_bound(endpoint, f"max_{measure.value}", prices=False)]
    priced = [
        measure
        for measure in Measure
        if measure not in plain and can_bound(endpoint, f"max_{measure.value}", prices=True)
    ]
    roles = {one.role for one in parameters_of(endpoint.method, endpoint.path).values()}
    parts = [f"max_{measure.value}" for measure in plain]
    parts += [f"max_{measure.value} (with `prices: exchange`)" for measure in priced]
    if not parts:
        return (
            "**unknown value**: refused where a line bounds an amount"
            if endpoint.moves_funds
            else "moves nothing"
        )
    return ", ".join(parts) + ("; unknown where it takes everything" if Role.CLOSE_ALL in roles else "")


def main() -> int:
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    wanted = f"{before}{BEGIN}{build()}{END}{after}"
    if "--check" in sys.argv[1:]:
        if page == wanted:
            return 0
        print(
            "docs/policy.md has not what the catalogue says: run scripts/build_limits_table.py",
            file=sys.stderr,
        )
        return 1
    PAGE.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
