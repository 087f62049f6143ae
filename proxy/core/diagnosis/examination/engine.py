"""Observation in, a diagnosis out. Pure: no clock, no network, no randomness.

`diagnose` runs to the end. `Examination` runs in slices and can be asked for the best conclusion at any time;
its first stage (symptoms, verdict, every cheap departure alone) comes first.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from proxy.core.catalogue import Needs
from proxy.core.diagnosis.departures.base import Match
from proxy.core.diagnosis.examination import rules
from proxy.core.diagnosis.examination.all_symptoms import SYMPTOMS
from proxy.core.diagnosis.examination.all_verdicts import VERDICTS
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.examination.report import proof_of
from proxy.core.diagnosis.examination.rule_text import RuleText
from proxy.core.diagnosis.mending.corrected import Corrected, corrected
from proxy.core.diagnosis.search.all_departures import DEPARTURES
from proxy.core.diagnosis.search.forms import PAUSE, Pause
from proxy.core.diagnosis.search.pace import Limits
from proxy.core.diagnosis.search.public_search import PublicSearch
from proxy.core.diagnosis.search.search import HmacSearch
from proxy.core.diagnosis.symptoms.base import Sighting
from proxy.core.diagnosis.verdicts.base import Case
from proxy.core.findings import Diagnosis, Finding, Proof, SignatureState, Strength, Verdict

__all__ = ["Examination", "Limits", "diagnose", "steps"]

_SYMPTOMS_A_SLICE: Final = 4

_DISCLOSED: Final = 20_000
"""Signatures after which the search ends where a disclosed secret explains the answer: the key is lost anyway."""

_STRENGTHS: Final = (Strength.PROVEN, Strength.LIKELY, Strength.POSSIBLE)


@dataclass(frozen=True, slots=True)
class _Found:
    """A finding and its place among equals: does it explain the answer, and where its rule stands in the list."""

    finding: Finding
    explains: bool
    place: int

    def rank(self) -> tuple[int, bool, int]:
        return _STRENGTHS.index(self.finding.strength), not self.explains, self.place


def diagnose(observation: Observation, *, limits: Limits = Limits()) -> Diagnosis:  # noqa: B008  # frozen
    """Examine one request to the end of the search. Never raises, whatever the request holds."""
    examination = Examination(observation, limits)
    while not examination.done:
        examination.run_slice()
    return examination.best()


def steps(observation: Observation, limits: Limits = Limits()) -> Generator[None, None, Diagnosis]:  # noqa: B008  # frozen
    """Examine one request as `diagnose` does, and yield after each slice of about half a millisecond."""
    examination = Examination(observation, limits)
    while not examination.done:
        examination.run_slice()
        yield
    return examination.best()


class Examination:
    """One request under examination.

    `run_slice()` does about half a millisecond of work. `has_looked` turns true when all was seen that shows without
    a search, `first_stage_done` when everything cheap has been tried, too; `best()` is right at any time and gets
    better until `done`.
    """

    def __init__(self, observation: Observation, limits: Limits = Limits()) -> None:  # noqa: B008  # frozen
        self._observation = observation
        self._limits = limits
        self._search: HmacSearch | PublicSearch | None = None
        self._symptoms: list[_Found] = []
        self.signature = SignatureState.UNCHECKED
        self.has_looked = False
        self.first_stage_done = False
        self.done = False
        self._work = self._run()

    def __repr__(self) -> str:
        return f"Examination(done={self.done})"

    def run_slice(self) -> bool:
        """Work a little; returns `done`."""
        if not self.done:
            self.done = next(self._work, True) is True
        return self.done

    def run_first_stage(self) -> None:
        """Work until everything cheap has been tried."""
        while not (self.first_stage_done or self.done):
            self.run_slice()

    @cached_property
    def _request(self) -> ParsedRequest:
        """Taken apart in the first slice: it takes milliseconds where there are thousands of pairs."""
        return ParsedRequest(self._observation)

    def _run(self) -> Generator[None]:
        request = self._request
        yield
        self._search = self._new_search()
        self.signature = self._check()
        request.verified = {
            SignatureState.VALID: True,
            SignatureState.INVALID: False,
        }.get(self.signature)
        for found in _symptoms(request):
            if found is not PAUSE:
                self._symptoms.append(found)
            yield
        self.has_looked = True
        if self._search is not None and self._open and not request.large:
            if self._limits.tried <= 0:  # the caller knows that there is nothing to be found
                self._search.stopped = self.first_stage_done = True
                return
            yield from self._search.first()
            self.first_stage_done = True
            yield
            if not request.succeeded:  # an accepted request was signed with a secret that is not at hand
                if self._is_disclosed:
                    self._search.bound(_DISCLOSED)
                yield from self._search.second()
        self.first_stage_done = True

    @property
    def _is_disclosed(self) -> bool:
        """Whether a disclosed secret explains the answer: whatever else is wrong, this key must be replaced."""
        return any(
            item.explains and item.finding.strength is Strength.PROVEN and item.place < 0
            for item in self._symptoms
        )

    @property
    def _open(self) -> bool:
        """Whether there is a signature to be explained."""
        return self.signature is SignatureState.INVALID

    def _new_search(self) -> HmacSearch | PublicSearch | None:
        request, sent = self._request, self._request.signature
        if sent is None:
            return None
        if request.secret is not None:
            return HmacSearch(request, request.secret, sent.text, self._limits)
        if request.private_key_text is not None and sent.is_hmac:  # then that text was the secret
            return HmacSearch(request, b"", sent.text, self._limits)
        if request.public_key is not None:
            return PublicSearch(request, request.public_key, sent.text, self._limits)
        return None

    def _check(self) -> SignatureState:
        sent = self._request.signature
        if sent is None or not sent.text:
            return SignatureState.ABSENT
        if self._search is None:
            return SignatureState.UNCHECKED
        return (
            SignatureState.VALID if self._search.verifies(self._request.expected) else SignatureState.INVALID
        )

    # -- conclusions ---------------------------------------------------------------------------------

    def best(self) -> Diagnosis:
        """What can be said so far."""
        search, request = self._search, self._request
        found = [*_departures(request, search.matches if search else []), *self._symptoms]
        concluded, notes = self._opinions(found)
        findings = _ordered([*found, *concluded])
        verdict = self._verdict(findings)
        as_it_should_be = self._corrected(findings) if verdict is Verdict.MISTAKEN else Corrected()
        return Diagnosis(
            verdict=verdict,
            signature=self.signature,
            findings=findings,
            corrected=as_it_should_be.text,
            left_out=as_it_should_be.left_out,
            tried=search.tried if search else 0,
            stopped_early=search is not None and self._stopped_early(search),
            notes=tuple(dict.fromkeys((*notes, *self._notes(findings)))),
        )

    def _opinions(self, found: list[_Found]) -> tuple[list[_Found], list[str]]:
        """What the decision trees for this answer conclude from what was found: findings and notes."""
        sure = [item for item in found if item.finding.strength is not Strength.POSSIBLE]
        case = Case(
            self._request,
            self.signature,
            found=frozenset(item.finding.rule for item in sure),
            explained=frozenset(item.finding.rule for item in sure if item.explains),
            searched=self.done,
            tried=self._search.tried if self._search else 0,
            stopped=self._search.stopped if self._search else False,
        )
        concluded: list[_Found] = []
        notes: list[str] = []
        for place, verdict in enumerate(VERDICTS, 10_000):
            if verdict.applies(self._request):
                opinion = verdict.judge(case)
                notes += opinion.notes
                concluded += [
                    _Found(_finding(rules.texts()[name], sighting), explains=True, place=place)
                    for name, sighting in opinion.findings
                ]
        return concluded, notes

    def _corrected(self, findings: tuple[Finding, ...]) -> Corrected:
        return Corrected(left_out=_TOO_LARGE) if self._request.large else corrected(self._request, findings)

    def _stopped_early(self, search: HmacSearch | PublicSearch) -> bool:
        """Whether there is something that was not looked at, or not to its end."""
        unseen = self._request.large or (self._request.large_body and not search.matches)
        return search.stopped or (unseen and self._open)

    def _verdict(self, findings: tuple[Finding, ...]) -> Verdict:
        if any(finding.strength is not Strength.POSSIBLE for finding in findings):
            return Verdict.MISTAKEN
        answer = self._request.answer
        refused = (
            answer is not None and not answer.success and (answer.code is not None or answer.status >= 300)
        )
        right = self.signature is SignatureState.VALID and not findings and not refused
        return Verdict.CORRECT if right else Verdict.UNKNOWN

    def _notes(self, findings: tuple[Finding, ...]) -> Iterator[str]:
        request = self._request
        if self.signature is SignatureState.VALID and not any(finding.proof for finding in findings):
            refused = request.answer is not None and not request.succeeded
            if not request.answered(-1022):  # of which the verdict says whose secret it is
                yield _FAULT_ELSEWHERE if refused or findings else _CORRECT
        if self.signature is SignatureState.UNCHECKED:
            yield _NO_SECRET
        if request.large:
            yield _LARGE
        if request.large_body and self._open and not (self._search and self._search.matches):
            yield _LARGE_BODY
        if request.endpoint is not None and request.endpoint.needs is Needs.NONE and not request.signatures:
            yield _NO_SIGNATURE_NEEDED


_CORRECT: Final = "Your signature is correct."
_FAULT_ELSEWHERE: Final = "Your signature is correct: the fault is not there."
_NO_SECRET: Final = (
    "No secret was given, so the signature was not recomputed. With it, the mistake in a wrong"
    " signature can be found and proven; it never leaves this machine."
)
_TOO_LARGE: Final = "the request is larger than any that Binance has an endpoint for"
_LARGE: Final = (
    "The request is larger than any that Binance has an endpoint for: its signature was verified, and its"
    " parameters were not looked into."
)
_LARGE_BODY: Final = (
    "The body is larger than any that Binance has an endpoint for: it was tried as a part of the signed"
    " text in the plainest ways only."
)
_NO_SIGNATURE_NEEDED: Final = "This endpoint needs no signature."


def _departures(request: ParsedRequest, matches: list[Match]) -> list[_Found]:
    """A finding for every departure of the first match; the other matches are mere possibilities."""
    found: list[_Found] = []
    for number, match in enumerate(matches):
        proof = proof_of(request, match.text)
        for rule in match.rules:
            strength = Strength.PROVEN if number == 0 else Strength.POSSIBLE
            facts = rule.facts(match, request) if len(match.rules) == 1 else ()
            together = ", ".join(other.name for other in match.rules if other is not rule)
            facts = (*facts, ("together_with", together)) if together else facts
            finding = Finding(rule.name, strength, rule.about.says, rule.about.remedy, facts, proof)
            found.append(_Found(finding, _explains(request, rule.codes), DEPARTURES.index(rule)))
    return found


def _symptoms(request: ParsedRequest) -> Iterator[_Found | Pause]:
    """What is seen, with a pause after every few symptoms. Of a large request only what is always looked for."""
    for number, symptom in enumerate(SYMPTOMS):
        place = number - len(SYMPTOMS) if symptom.always else 1000 + number  # a disclosed secret comes first
        if (request.succeeded or request.large) and not symptom.always:
            continue
        sighting = symptom.detect(request)
        if sighting is not None:
            explains = _explains(request, symptom.codes)
            yield _Found(_finding(symptom.about, sighting), explains, place)
        elif number % _SYMPTOMS_A_SLICE == 0:
            yield PAUSE


def _explains(request: ParsedRequest, codes: frozenset[int] | frozenset[int | str]) -> bool:
    answer = request.answer
    return answer is not None and (answer.code in codes or (answer.code is None and answer.status in codes))


def _finding(text: RuleText, sighting: Sighting, proof: Proof | None = None) -> Finding:
    says, remedy = sighting.says or text.says, sighting.remedy or text.remedy
    return Finding(text.rule, sighting.strength, says, remedy, sighting.facts, proof)


def _ordered(found: list[_Found]) -> tuple[Finding, ...]:
    """Strongest first, then what explains the answer; of each rule the strongest only."""
    best: dict[str, Finding] = {}
    for item in sorted(found, key=_Found.rank):
        best.setdefault(item.finding.rule, item.finding)
    return tuple(best.values())
