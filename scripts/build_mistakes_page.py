"""Write docs/mistakes.md from the pages of the rules.

python scripts/build_mistakes_page.py           write the file
python scripts/build_mistakes_page.py --check   exit with 1 when the file is not what would be written
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from proxy.core.diagnosis.examination import rules  # noqa: E402  # after the path is set
from proxy.core.diagnosis.examination.rule_text import render  # noqa: E402  # after the path is set

PAGE = ROOT / "docs" / "mistakes.md"

HEAD = """# Mistakes, and how they are named

Every rule of the signature doctor, by the name that stands in a finding. This page is made from the rules
(`scripts/build_mistakes_page.py`); `signing-proxy explain --rule NAME` shows the same text.

*Recomputed* rules reproduce the signature on the wire: a match is a proof. *Seen* rules read the request and the
answer. *Concluded* rules weigh the answer and, where there are any, other requests of the same key.

The rule that all requests are measured by: the payload is the raw query string (without the signature pair)
followed by the raw form body, with nothing in between; a JSON body is not part of it. The signature is its
HMAC-SHA256 with the secret as key, as 64 hex characters (or an RSA or Ed25519 signature as base64).

You have an error code and no rule? [errors.md](errors.md) leads from each code to its rules, and so does
`signing-proxy explain --rule -1021`.
"""

GROUPS = (
    ("scope", "Scope: the wrong text was signed"),
    ("enc", "Encoding: signed and sent text differ in spelling"),
    ("order", "Order of parameters, and orders that were refused"),
    ("time", "Time values that differ between signed and sent text"),
    ("ts", "Timestamps and recvWindow"),
    ("secret", "Secret"),
    ("key", "API key"),
    ("alg", "Algorithm and output format"),
    ("place", "Where parameters and signature were put"),
    ("header", "Headers"),
    ("host", "Host, path and method"),
    ("param", "Parameter values"),
    ("ws", "WebSocket API"),
    ("filter", "Filters of a symbol"),
    ("futures", "Refusals of the futures exchanges"),
    ("account", "The account"),
    ("c2c", "C2C"),
    ("perm", "Permissions and account"),
    ("limit", "Limits and firewall"),
    ("transport", "Transport"),
    ("answer", "Answers"),
    ("exchange", "Faults of the exchange"),
)

KINDS = {"departure": "recomputed", "symptom": "seen", "verdict": "concluded"}


def build() -> str:
    """The whole page. Raises ValueError for a rule whose name begins with no known group."""
    pages = rules.texts()
    parts = [HEAD, index()]
    for title, names in groups():
        parts.append(f"## {title}\n")
        for name in names:
            head, _, text = render(pages[name]).partition("\n")
            parts.append(f"{head}\n\n*{KINDS[rules.kind(name)]}*\n{text}")
    return "\n".join(parts)


def groups() -> list[tuple[str, list[str]]]:
    """Every group's title with the names of its rules. Raises ValueError for a rule of none."""
    left = set(rules.texts())
    found: list[tuple[str, list[str]]] = []
    for prefix, title in GROUPS:
        names = sorted(name for name in left if name.split("-")[0] == prefix)
        left -= set(names)
        found.append((title, names))
    if left:
        raise ValueError(f"no group for {sorted(left)}")
    return found


def index() -> str:
    """All rules by group, each in its sentence with a link to its page."""
    parts = ["## Index\n"]
    for title, names in groups():
        rows = [f"* [{name}](#{name}): {rules.texts()[name].says}" for name in names]
        parts.append(f"**{title}**\n\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def main() -> int:
    text = build()
    if "--check" in sys.argv[1:]:
        if PAGE.read_text("utf-8") == text:
            return 0
        print(
            "docs/mistakes.md is not what the rules say: run scripts/build_mistakes_page.py", file=sys.stderr
        )
        return 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
