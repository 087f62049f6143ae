"""How well the signature doctor names mistakes, and how long it takes.

    python -m tests.core.diagnosis.score

Four kinds of cases: mistakes planted one by one by an independent signer (tests/core/diagnosis/planting.py),
recorded wrong and right requests (tests/data/requests.jsonl), real clients (tests/data/captures.jsonl) with the
published vectors (tests/data/signing-vectors.json), and two mistakes at once. Times are of the
processor, so that a busy machine counts less; beside them in brackets what the clock on the wall says.
Exits with 1 when a bound is missed.
"""

import ast
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from proxy.core.diagnosis.examination import engine, rules
from proxy.core.diagnosis.examination.all_symptoms import SYMPTOMS
from proxy.core.diagnosis.examination.all_verdicts import VERDICTS
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.search.all_departures import DEPARTURES
from proxy.core.findings import Diagnosis, SignatureState, Strength, Verdict
from tests.core.diagnosis import planting, recorded
from tests.core.diagnosis.planting_more import MORE

ROOT = Path(__file__).resolve().parents[3]

PER_MISTAKE = 6
PAIRS = 3
PAIRED_ALIKE = {frozenset({"enc-raw-signed-encoded-sent", "enc-safe-characters-differ"})}
NOT_SIGNATURE = (
    "ts-",
    "key-",
    "place-form",
    "place-json",
    "place-get",
    "header-",
    "host-",
    "param-",
    "transport-",
)


class Score:
    """Counts of one kind of cases, the confusions among them, and the times."""

    def __init__(self, title: str, least: float) -> None:
        self.title, self.least = title, least
        self.good = self.all = 0
        self.confusions: Counter[tuple[str, str]] = Counter()
        self.labels: Counter[str] = Counter()
        self.times: list[float] = []
        self.wall: list[float] = []

    def run(self, label: str, observation: Observation, judge: Callable[[Diagnosis], bool]) -> None:
        began, begun = time.perf_counter(), time.process_time()
        diagnosis = engine.diagnose(observation)
        self.times.append((time.process_time() - begun) * 1000)
        self.wall.append((time.perf_counter() - began) * 1000)
        named = diagnosis.findings[0].rule if diagnosis.findings else diagnosis.verdict.value
        self.all += 1
        self.labels[label] += 1
        if judge(diagnosis):
            self.good += 1
        else:
            self.confusions[label, named] += 1

    @property
    def share(self) -> float:
        return self.good / self.all if self.all else 0.0

    @property
    def passed(self) -> bool:
        return self.share >= self.least

    def show(self) -> None:
        mark = "ok  " if self.passed else "FAIL"
        (median, p99), (median_wall, p99_wall) = percentiles(self.times), percentiles(self.wall)
        print(
            f"{mark} {self.title:<58} {self.good:5}/{self.all:<5} {self.share:7.2%} (at least {self.least:.0%})"
            f"   median {median:7.2f} ms  p99 {p99:8.1f} ms   (wall {median_wall:.2f} and {p99_wall:.1f} ms)"
        )
        for (label, named), count in self.confusions.most_common():
            print(f"       {label}  named  {named}  {count} of {self.labels[label]}")


def percentiles(times: list[float]) -> tuple[float, float]:
    """The median and the 99th of a hundred."""
    return statistics.median(times), sorted(times)[min(len(times) - 1, int(len(times) * 0.99))]


def first_and_proven(label: str) -> Callable[[Diagnosis], bool]:
    def judge(diagnosis: Diagnosis) -> bool:
        first = diagnosis.findings[0] if diagnosis.findings else None
        if first is None or first.strength is not Strength.PROVEN:
            return False
        names = {finding.rule for finding in diagnosis.findings}
        return first.rule == label or (label in names and frozenset({first.rule, label}) in PAIRED_ALIKE)

    return judge


def named_first(label: str) -> Callable[[Diagnosis], bool]:
    return lambda diagnosis: bool(diagnosis.findings) and diagnosis.findings[0].rule == label


def no_signature_mistake(diagnosis: Diagnosis) -> bool:
    accused = [f for f in diagnosis.findings if f.proof or not f.rule.startswith(NOT_SIGNATURE)]
    return diagnosis.signature is SignatureState.VALID and not accused


def planted_score() -> Score:
    score = Score("recomputable mistakes, planted: named first and proven", 1.0)
    for seed in range(PER_MISTAKE):
        for mistake in (*planting.MISTAKES, *MORE):
            score.run(
                mistake.rule, planting.planted(mistake, seed).observation(), first_and_proven(mistake.rule)
            )
        for rule, plan in (*planting.on_wire_plans(seed), *planting.websocket_plans(seed)):
            score.run(rule, plan.observation(), first_and_proven(rule))
        for rule, observation in planting.refused_though_right(seed):
            score.run(rule, observation, first_and_proven(rule))
    return score


def recorded_scores() -> Iterator[Score]:
    proofs = {rule.name for rule in DEPARTURES}
    proven = Score("recomputable mistakes, recorded: named first and proven", 1.0)
    seen = Score("observable mistakes, recorded: named first", 0.95)
    right = Score("right requests, recorded: correct, nothing found", 1.0)
    bare = Score("right requests, recorded, answer not known: nothing found", 1.0)
    for case in recorded.requests():
        observation = recorded.observation_of(case)
        label = case["label"]
        if label == "ok":
            for score, what in ((right, observation), (bare, recorded.observation_of(case, answered=False))):
                score.run(label, what, lambda d: d.verdict is Verdict.CORRECT and not d.findings)
        elif label in proofs and label not in recorded.ONLY_SEEN:
            proven.run(label, observation, first_and_proven(label))
        else:
            seen.run(label, observation, named_first(label))
    yield from (proven, seen, right, bare)


def client_scores() -> Iterator[Score]:
    right = Score("real clients whose signature verifies: no signature mistake", 1.0)
    wrong = Score("real clients whose signature is wrong: mistake proven", 0.95)
    for name, observation, verifies in recorded.captures():
        if verifies:
            right.run(name, observation, lambda d: d.signature is SignatureState.VALID and not d.findings)
        else:
            wrong.run(name, observation, lambda d: any(f.proof for f in d.findings))
    vectors = Score("published vectors: no signature mistake", 1.0)
    for name, observation in recorded.vectors():
        vectors.run(name, observation, no_signature_mistake)
    yield from (right, wrong, vectors)


def composed_score() -> Score:
    score = Score("two mistakes on different axes: proven", 0.95)
    for rule_a, rule_b, plan in planting.compositions(PAIRS):
        score.run(f"{rule_a} + {rule_b}", plan.observation(), lambda d: any(f.proof for f in d.findings))
    return score


def rule_sizes() -> None:
    folder = ROOT / "proxy" / "core" / "diagnosis"
    kinds: dict[str, list[int]] = defaultdict(list)
    for path in folder.rglob("*.py"):
        text = path.read_text()
        names = {
            n.id
            for node in ast.parse(text).body
            if isinstance(node, ast.Assign)
            for n in node.targets
            if isinstance(n, ast.Name)
        }
        for kind in names & {"RULE", "SYMPTOM", "VERDICT"}:
            kinds[kind].append(len(text.splitlines()))
    lines = sorted(size for sizes in kinds.values() for size in sizes)
    counts = f"{len(DEPARTURES)} departures, {len(SYMPTOMS)} symptoms, {len(VERDICTS)} verdicts"
    print(f"{len(rules.names())} rule names from {counts}")
    print(f"lines a rule: median {statistics.median(lines):.0f}, most {lines[-1]}")


def main() -> int:
    random.seed(1)
    engine.diagnose(planting.planted(planting.MISTAKES[0], 99).observation())  # warm up: tables are read once
    scores = [planted_score(), *recorded_scores(), *client_scores(), composed_score()]
    for score in scores:
        score.show()
    single = [ms for score in scores[:-1] for ms in score.times]
    for title, times in (
        ("all but compositions", single),
        ("with compositions", [*single, *scores[-1].times]),
    ):
        median, p99 = percentiles(times)
        print(f"{title}: {len(times)} cases, median {median:.2f} ms, p99 {p99:.1f} ms")
    rule_sizes()
    return 0 if all(score.passed for score in scores) else 1


if __name__ == "__main__":
    sys.exit(main())
