"""Marks of a redacted text made fit to be sent: each becomes a word in whose place the reader puts his own value."""

import re
from dataclasses import dataclass, field
from typing import Final

_MARK: Final = re.compile(r"<([a-z]{1,10})(?::[^<>\s&]*)?>")


@dataclass(slots=True)
class Placeholders:
    """Of one script: equal marks have equal words."""

    _words: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def filled(self, text: str) -> str:
        """The text with `YOUR_ORDER_1` for `<order:1a2b3c4d5e:19>`."""
        return _MARK.sub(self._word, text)

    def words(self) -> list[str]:
        """All that were put in, in order."""
        return list(self._words.values())

    def _word(self, found: re.Match[str]) -> str:
        known = self._words.get(found[0])
        if known is None:
            kind = found[1].upper()
            self._counts[kind] = self._counts.get(kind, 0) + 1
            known = self._words[found[0]] = f"YOUR_{kind}_{self._counts[kind]}"
        return known
