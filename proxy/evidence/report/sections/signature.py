"""Whether the signatures were right, and what else was found: proved while each flow was live."""

from collections import Counter
from typing import Final

from proxy.core.foreign import Foreign
from proxy.evidence.report.blocks import Block, LeftOut, Section, Table, Text, says
from proxy.evidence.report.material import Material
from proxy.evidence.report.story import Seen

TITLE: Final = "Signatures and findings"
_MOST: Final = 15
_MEANINGS: Final = {
    "valid": "recomputed and equal",
    "invalid": "recomputed and another",
    "absent": "none was sent",
    "unchecked": "not recomputed",
}


def section(material: Material) -> Section | LeftOut:
    """Of what failed: the signatures by their verdict, the shape of the signed text, the findings."""
    bad = material.story.bad
    judged = [one for one in bad if one.flow.signature]
    findings = _findings(bad)
    if not judged and not findings:
        return LeftOut(TITLE, "no failure of this stretch was diagnosed")
    blocks: list[Block] = []
    if judged:
        counts = Counter(one.flow.signature for one in judged)
        rows = tuple(_verdict(signature, count) for signature, count in counts.most_common())
        blocks.append(Table(("signature", "which means", "failures"), rows))
    if shape := next((one for one in bad if one.flow.signed), None):
        blocks.append(_shape(shape))
    if findings:
        blocks.append(Table(("rule", "how sure", "what was found", "what to do", "failures"), findings))
    return Section(TITLE, tuple(blocks))


def _verdict(signature: Foreign, count: int) -> tuple[Text, ...]:
    return signature, next((says for word, says in _MEANINGS.items() if signature == word), ""), str(count)


def _shape(one: Seen) -> Block:
    """The signed text by its parts: names and lengths, no values."""
    parts: list[Text] = ["The signed text of ", one.endpoint, " at ", one.flow.time, ": "]
    for number, part in enumerate(one.flow.signed):
        parts += [
            ", " if number else "",
            part.place,
            " ",
            part.name,
            f" ({part.octets} octets, by ",
            part.origin,
            ")",
        ]
    return says(*parts, ".")


def _findings(bad: list[Seen]) -> tuple[tuple[Text, ...], ...]:
    """Each rule once, the most frequent first."""
    found: dict[Foreign, tuple[tuple[Text, ...], int]] = {}
    for one in bad:
        for finding in one.flow.findings:
            row, count = found.get(
                finding.rule, ((finding.rule, finding.strength, finding.says, finding.remedy), 0)
            )
            found[finding.rule] = row, count + 1
    ordered = sorted(found.values(), key=lambda item: -item[1])[:_MOST]
    return tuple((*row, str(count)) for row, count in ordered)
