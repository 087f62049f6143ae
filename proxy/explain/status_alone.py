"""An HTTP status without a code of Binance: what the number says by itself, and how to print the answer that says
more.
"""

from typing import Final

from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.core.diagnosis.refusals import by_code
from proxy.explain.answers import code_of
from proxy.explain.readers.replies import reply_of

PRINT: Final = (
    "The body of the answer holds Binance's code and sentence. Print it, and give it too: r.text (Python requests),"
    " e.read() (urllib), err.response.data (axios), getContentText() with muteHttpExceptions (Apps Script),"
    " $_.ErrorDetails.Message (PowerShell), ignore_errors (PHP file_get_contents), ResponseText (VBA),"
    " ManualStatusHandling (Power Query), curl without -f."
)
NOT_SAID: Final = "The answer was HTTP {}, and its body, which says why, is not in the text. " + PRINT

_OTHERS: Final = "5xx"
_LEAST, _SERVER_FROM, _MOST = 400, 500, 600


def status_in(text: str) -> int | None:
    """The status of a refusal that a text tells of, or that is the whole text."""
    bare = text.strip()
    status = int(bare) if len(bare) == len("400") and bare.isascii() and bare.isdigit() else reply_of(text)[0]
    return status if status is not None and _LEAST <= status < _MOST else None


def page(status: int) -> str:
    """What the list of codes says of a status of 400 to 599, as Markdown."""
    rows = by_code.meanings(f"HTTP {status}")
    if not rows:
        rows = by_code.meanings(f"HTTP {_OTHERS}" if status >= _SERVER_FROM else "HTTP 400")
    return "\n\n".join([f"### HTTP {status}", *map(by_code.meaning, rows), PRINT]) + "\n"


def unexplained(answer: AnswerSeen | None) -> tuple[str, ...]:
    """The note that an answer refuses and says no more than its status; none for others."""
    if answer is None or answer.status < _LEAST or code_of(answer.body) is not None:
        return ()
    return (NOT_SAID.format(answer.status),)
