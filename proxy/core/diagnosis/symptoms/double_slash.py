"""The path has two slashes in a row or one too many at its end."""

from proxy.core.diagnosis.refusals.refusals import after_the_signature
from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    path = request.path
    if _was_found(request):
        return None
    if not path.startswith(b"/"):
        return None  # the absolute form of a forward proxy
    if b"//" in path or (len(path) > 1 and path.endswith(b"/")):
        return Sighting(PROVEN, (("place", "end" if b"//" not in path else "path"),))
    return None


def _was_found(request: ParsedRequest) -> bool:
    """Whether the exchange read the parameters or judged the order: then the path led there."""
    code = request.answer.code if request.answer is not None else None
    return isinstance(code, int) and (code in _OF_PARAMETERS or after_the_signature(code))


_OF_PARAMETERS = range(-1136, -1099)

SYMPTOM = Symptom(
    about=RuleText(
        rule="host-double-slash",
        says="The path has a double slash or a slash at its end.",
        why="The base URL ends in '/' and the path begins with one.",
        see="'//' in the path.",
        remedy="Join base and path with one slash.",
        example="base.rstrip('/') + '/api/v3/account'",
    ),
    detect=detect,
    codes=frozenset({404, 403, 301, 302, 308}),
)
