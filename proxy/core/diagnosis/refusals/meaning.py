"""What the list of codes says of an answer, in one sentence."""

from proxy.core.catalogue.errors import ErrorCode, lookup
from proxy.core.catalogue.prefixes import table_family_of
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest


def meaning_of(request: ParsedRequest) -> ErrorCode | None:
    """The row of the family that answered; the same number may mean something else elsewhere."""
    if request.answer is None or request.answer.code is None:
        return None
    family = "ws" if request.websocket else table_family_of(request.path_text)
    return lookup(request.answer.code, family=family)


def told(error: ErrorCode) -> str:
    """Code, name, meaning, causes, and what to do."""
    causes = f" Causes: {'; '.join(error.causes)}." if error.causes else ""
    return f"{error.codes[0]} {error.name}: {error.meaning}{causes} {error.fix}"
