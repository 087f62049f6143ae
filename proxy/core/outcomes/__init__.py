"""What became of a write whose answer was lost: what to ask the exchange, and what its answer proves."""

from proxy.core.outcomes.judgement import LATE_MS, joined, judge, late_after
from proxy.core.outcomes.questions import Question, questions_for, with_added_id
from proxy.core.outcomes.verdict import REASONS, Outcome, State, Verdict, in_words

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
