"""One kind of refusal by the exchange, and the two ways of writing one down."""

import re
from typing import Final

import msgspec

from proxy.core.diagnosis.rule_text import RuleText

FUTURES: Final = ("/fapi/", "/dapi/", "/papi/")
SPOT: Final = ("/api/", "/sapi/", "/papi/v1/margin")


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of refusal: `text` in the message where given, else `codes`; only under these paths, where given."""

    about: RuleText
    codes: frozenset[int]
    text: str = ""
    paths: tuple[str, ...] = ()
    alone: frozenset[int] = frozenset()
    """Codes that say it without any text."""
    parameters: tuple[str, ...] = ()
    """Those that may be the cause; the finding names the ones that were sent."""

    def fits(self, code: object, message: str, path: str) -> bool:
        if code not in self.codes | self.alone or (self.paths and path and not path.startswith(self.paths)):
            return False
        return code in self.alone or not self.text or re.search(self.text, message, re.IGNORECASE) is not None


def breaks_filter(
    name: str, says: str, remedy: str, parameters: str, example: str = "", codes: str = ""
) -> Refusal:
    """An order breaks a filter of its symbol; `parameters` are words in one text."""
    return Refusal(
        about=RuleText(
            rule=f"filter-{name.lower().replace('_', '-').removesuffix('-filter')}",
            says=says,
            why=f"Each symbol has filters in exchangeInfo, and the order breaks {name}.",
            see=f"'Filter failure: {name}' in the answer, and {name} of the symbol in exchangeInfo.",
            remedy=remedy,
            example=example,
        ),
        codes=frozenset({-1013, -2010, -1010}),
        text=rf"\b{name}\b",
        parameters=tuple(parameters.split()),
    )


def says_code(
    rule: str,
    codes: str,
    says: str,
    why: str,
    remedy: str,
    *,
    text: str = "",
    alone: str = "",
    paths: tuple[str, ...] = (),
    parameters: str = "",
    example: str = "",
) -> Refusal:
    """A code says it, with `text` in the message where given; codes and `parameters` are words in one text."""
    numbers = frozenset(map(int, codes.split()))
    return Refusal(
        about=RuleText(
            rule,
            says,
            why,
            f"The code {codes.split(maxsplit=1)[0]} and the sentence of the answer.",
            remedy,
            example,
        ),
        codes=numbers,
        text=text,
        alone=frozenset(map(int, alone.split())),
        paths=paths,
        parameters=tuple(parameters.split()),
    )
