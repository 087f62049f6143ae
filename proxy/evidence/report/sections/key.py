"""The key without the key: its type, what it may do as the exchange said, and in the private form its ends."""

from typing import Final

from proxy.core.foreign import Foreign
from proxy.evidence.report.blocks import Block, LeftOut, Section, Table, Text, says
from proxy.evidence.report.material import Material
from proxy.evidence.report.story import permissions

TITLE: Final = "Keys"


def section(material: Material) -> Section | LeftOut:
    """A row for each key that was used."""
    used: dict[Foreign, tuple[Text, ...]] = {}
    for one in material.story.seen:
        if one.flow.key and one.flow.key not in used:
            ends = next(
                (ends for name, ends in material.keys.items() if one.flow.account == name), "not shown"
            )
            used[one.flow.key] = one.flow.account, one.flow.key_type, one.flow.environment, ends, one.flow.key
    if not used:
        return LeftOut(TITLE, "no request of this stretch was sent with a key that the gateway knows")
    blocks: list[Block] = [
        Table(
            ("account", "type", "environment", "first and last four characters", "tag"), tuple(used.values())
        )
    ]
    if flags := permissions(material.story):
        allowed = ", ".join(name for name, value in flags.items() if value)
        denied = ", ".join(name for name, value in flags.items() if not value)
        blocks.append(
            says(
                f"The exchange said (apiRestrictions) true: {allowed or 'nothing'}; false: {denied or 'nothing'}."
            )
        )
    else:
        blocks.append(
            says(
                "What the key may do was not asked in this stretch: GET /sapi/v1/account/apiRestrictions tells it."
            )
        )
    return Section(TITLE, tuple(blocks))
