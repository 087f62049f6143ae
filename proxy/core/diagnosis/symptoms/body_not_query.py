"""Parameters were sent as a form to a withdrawal endpoint, which reads the query."""

from proxy.core.diagnosis.symptoms.base import (
    LIKELY,
    POSSIBLE,
    PROVEN,
    ParsedRequest,
    RuleText,
    Sighting,
    Symptom,
)
from proxy.core.wire import BodyKind


def detect(request: ParsedRequest) -> Sighting | None:
    if (
        request.path_text not in _QUERY_ONLY
        or request.body_kind is not BodyKind.FORM
        or not request.answered(-1022)
    ):
        return None
    return Sighting({True: PROVEN, False: POSSIBLE, None: LIKELY}[request.verified])


_QUERY_ONLY = frozenset({"/sapi/v1/capital/withdraw/apply", "/sapi/v1/localentity/withdraw/apply"})


SYMPTOM = Symptom(
    about=RuleText(
        rule="place-body-where-query-required",
        says="The parameters were posted as a form to an endpoint that verifies the query only.",
        why=(
            "Withdrawals were seen to verify and read the query string alone; a form body then gives "
            "-1022 with a right signature."
        ),
        see="-1022 on POST /sapi/v1/capital/withdraw/apply with a form body.",
        remedy="Move all parameters into the query string.",
        example="POST /sapi/v1/capital/withdraw/apply?coin=...&timestamp=...&signature=...",
    ),
    detect=detect,
    codes=frozenset({-1022}),
)
