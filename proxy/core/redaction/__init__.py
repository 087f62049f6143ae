"""Making flows safe to store and show: names and shapes are kept, values by an allowlist, all else is marked."""

from proxy.core.redaction.foreign_record import (
    ForeignFlow,
    ForeignIntent,
    ForeignOutcome,
    ForeignRecord,
    decode_foreign,
)
from proxy.core.redaction.notation import Tagger, tags_in
from proxy.core.redaction.record import (
    SCHEMA,
    AnyRecord,
    DroppedRecord,
    FlowRecord,
    IntentRecord,
    OutcomeRecord,
    RemovedRecord,
    decode_record,
    encode_record,
    rfc3339,
)
from proxy.core.redaction.redactor import (
    RedactedFlow,
    RedactedIntent,
    RedactedOutcome,
    Redactor,
    counted,
    of_no_request,
)

__all__ = [
    "SCHEMA",
    "AnyRecord",
    "DroppedRecord",
    "FlowRecord",
    "ForeignFlow",
    "ForeignIntent",
    "ForeignOutcome",
    "ForeignRecord",
    "IntentRecord",
    "OutcomeRecord",
    "RedactedFlow",
    "RedactedIntent",
    "RedactedOutcome",
    "Redactor",
    "RemovedRecord",
    "Tagger",
    "counted",
    "decode_foreign",
    "decode_record",
    "encode_record",
    "of_no_request",
    "rfc3339",
    "tags_in",
]
