"""An independent search in text for planted values, in every encoding they can come in."""

import json

from tests.support.canaries import ENCODINGS


def needles(canary: str) -> dict[str, str]:
    """What to look for, by encoding; letter case is dropped."""
    wanted: dict[str, str] = {}
    for name, encode in ENCODINGS.items():
        shown = encode(canary).lower()
        if name.startswith("base64"):  # the digits that do not depend on neighbours
            digits = encode(canary).rstrip("=")
            shown = digits.lower()[3:-2] if len(digits) > 10 else digits.lower()
        elif name == "json in json":
            shown = json.dumps(json.dumps(canary)[1:-1])[1:-1].lower()
        if len(shown.encode()) >= 6:
            wanted.setdefault(shown, name)
    return wanted


def found_in(text: str, wanted: dict[str, str]) -> str | None:
    """The encoding in which one of the `needles` stands in the text, or None."""
    folded = text.lower()
    return next((name for needle, name in wanted.items() if needle in folded), None)
