"""A recorded request as a script of ten lines that signs itself: for people who do not run this program.

One module a language. Keys are named, never written: `BINANCE_API_KEY` and `BINANCE_API_SECRET` come from the
environment, and `BINANCE_BASE` may name another host. Values that were not recorded are words such as
`YOUR_ORDER_1`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from proxy.evidence.repro import bash, node, powershell, python
from proxy.evidence.repro.call import Call, call_of

__all__ = ["LANGUAGES", "Call", "Language", "call_of"]


class Language(NamedTuple):
    """How scripts of one language are made and named."""

    script: Callable[[Call], str]
    suffix: str


LANGUAGES: Final[Mapping[str, Language]] = MappingProxyType(
    {
        "bash": Language(bash.script, "sh"),
        "python": Language(python.script, "py"),
        "node": Language(node.script, "cjs"),
        "powershell": Language(powershell.script, "ps1"),
    }
)
