"""What became of a write whose answer was lost: what to ask the exchange, and what its answer proves."""

from proxy.core.order_lookup.outcome import REASONS, Outcome, State, Verdict, in_words
from proxy.core.order_lookup.proof import LATE_MS, joined, judge, late_after
from proxy.core.order_lookup.questions import Question, questions_for, with_added_id

__all__ = [
    "LATE_MS",
    "REASONS",
    "Outcome",
    "Question",
    "State",
    "Verdict",
    "in_words",
    "joined",
    "judge",
    "late_after",
    "questions_for",
    "with_added_id",
]
