"""One kind of refusal by the exchange, as a row of refusals.json."""

import re
from typing import Final

import msgspec

from proxy.core.diagnosis.examination.rule_text import RuleText

FILTER: Final = "filter-"
"""How the rules of filters begin; the filter's own name stands in `text`."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of refusal: `text` in the message where given, else `codes`; only under these paths, where given."""

    rule: str
    says: str
    why: str
    see: str
    remedy: str
    example: str = ""
    codes: frozenset[int]
    text: str = ""  # a regular expression; letter case does not matter
    alone: frozenset[int] = frozenset()
    """Codes that say it without any text."""
    paths: tuple[str, ...] = ()
    """How the paths begin under which the codes mean this; empty: all. Elsewhere a number may mean something else."""
    parameters: tuple[str, ...] = ()
    """Those that may be the cause; the finding names the ones that were sent."""
    sources: tuple[str, ...]

    @property
    def about(self) -> RuleText:
        return RuleText(self.rule, self.says, self.why, self.see, self.remedy, self.example)

    def fits(self, code: object, message: str, path: str) -> bool:
        """Whether an answer with this code and message, to a request to this path, is a refusal of this kind."""
        if code not in self.codes | self.alone or (self.paths and path and not path.startswith(self.paths)):
            return False
        return code in self.alone or not self.text or re.search(self.text, message, re.IGNORECASE) is not None
