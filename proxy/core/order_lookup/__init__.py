"""What became of a write whose answer was lost: what to ask the exchange, and what its answer proves."""

from proxy.core.order_lookup.outcome import REASONS, Outcome, State, Verdict, in_words
from proxy.core.order_lookup.proof import LATE_MS, join_verdicts, late_after, read_verdict
from proxy.core.order_lookup.questions import Question, questions_for, with_added_id

__all__ = [
    "LATE_MS",
    "REASONS",
    "Outcome",
    "Question",
    "State",
    "Verdict",
    "in_words",
    "join_verdicts",
    "late_after",
    "questions_for",
    "read_verdict",
    "with_added_id",
]
