"""Numbers in an error text that are no codes of Binance, though they look like it: a proxy's status, and the codes of
Apple's network library, in which -1022 asks for https and -1003 is a name that was not found.
"""

import re
from typing import Final

_OTHERS: Final = re.compile(
    r"(?:\[-[0-9]{1,5}\] )?\b(?:Error )?(?:Domain=)?"
    r"(?:NSURLErrorDomain|NSPOSIXErrorDomain|kCFErrorDomainCFNetwork)\b[^\n0-9]{0,20}-?[0-9]{1,5}"
    r"|\b_kCF\w{3,60}[ =:]{1,2}-?[0-9]{1,5}"
    r"|(?:Tunnel connection failed|CONNECT tunnel failed, response):? [45][0-9]{2}\b[^\n\"'<>()]{0,40}"
    r"|\bcode [45][0-9]{2} from proxy after CONNECT",
    re.IGNORECASE,
)
_NOT_LINE_END: Final = re.compile(r"[^\n]")


def without_others(text: str) -> str:
    """The text with blanks in place of such numbers, every other character in its place."""
    return _OTHERS.sub(lambda found: _NOT_LINE_END.sub(" ", found[0]), text)
