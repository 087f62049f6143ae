"""What was concluded of one request or frame, as it is kept for views, commands and exports."""

from dataclasses import dataclass

from addons.doctor import text
from proxy.core.diagnosis.examination.answer import read_answer
from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.core.findings import Diagnosis, Strength, Verdict

MISTAKEN = ":red_circle:"
REFUSED = ":yellow_circle:"
RIGHT = ":green_circle:"


@dataclass(frozen=True, slots=True)
class Told:
    """`where` names the endpoint and the answer and is safe to log."""

    where: str
    diagnosis: Diagnosis
    refused: bool  # the exchange refused it: an error status, or an error inside HTTP 200

    @property
    def mistaken(self) -> bool:
        return self.diagnosis.verdict is Verdict.MISTAKEN

    @property
    def marker(self) -> str:
        """mitmproxy's marker for the flow list."""
        if self.mistaken:
            return MISTAKEN
        return REFUSED if self.refused or self.diagnosis.findings else RIGHT

    @property
    def comment(self) -> str:
        """For `flow.comment`: no value of the request, so it may go wherever the flow goes."""
        return f"Binance: {text.summary(self.diagnosis) or self.diagnosis.verdict.value}"

    def log_lines(self) -> list[str]:
        """One line a finding; the note where there is none. Mere possibilities only stand alone."""
        findings = self.diagnosis.findings
        strong = [finding for finding in findings if finding.strength is not Strength.POSSIBLE]
        told = [text.line(finding) for finding in (strong or findings)]
        if not told:
            told = [text.summary(self.diagnosis) or f"verdict: {self.diagnosis.verdict.value}"]
        return [f"[binance] {self.where}: {line}" for line in told]

    def page(self) -> list[str]:
        """For the user's own terminal: raw texts, with secrets and signatures starred."""
        return text.page(self.where, self.diagnosis)


def told(endpoint: str, answer: AnswerSeen | None, diagnosis: Diagnosis) -> Told:
    """`endpoint` is a method and a path that may be logged."""
    said = read_answer(answer)
    if said is None:
        return Told(f"{text.one_line(endpoint)}, no answer", diagnosis, refused=False)
    where = f"{text.one_line(endpoint)}, {text.answer_words(said.status, said.code)}"
    return Told(where, diagnosis, refused=not said.success and said.status >= 200)
