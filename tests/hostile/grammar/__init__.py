"""A grammar of hostile requests: each kind is a function that draws one of it, and says what must come of it.

The kinds are those that attackers and accidents found (tests/data/hostile*.jsonl); a request drawn here is like one of
these lists, and seldom the same.
"""

import random
from collections.abc import Callable
from typing import Final

from tests.hostile.grammar import bodies, framing, heads, secrets, sequences, targets
from tests.hostile.grammar.draft import Asked

type Kind = Callable[[random.Random], Asked]

_ALL: Final[tuple[Kind, ...]] = (
    heads.control_with_a_wrong_value, heads.control_spelt_well, heads.control_twice, heads.control_unknown, heads.account_or_token,
    heads.through_a_tunnel, heads.from_a_web_page, heads.another_host, heads.host_twice, heads.content_type_twice, heads.spoilt_line,
    heads.meant_for_others, heads.expectation, heads.upgrade,
    bodies.another_charset, bodies.body_and_label, bodies.compressed_body, bodies.name_again, bodies.signed_before, bodies.deep_or_wide,
    framing.another_protocol, framing.another_version, framing.old_version, framing.no_http, framing.odd_chunks, framing.wrong_chunks,
    framing.another_coding, framing.odd_length, framing.hidden_request, framing.cut_off,
    targets.another_path_form, targets.whole_address, targets.odd_query, targets.another_method, targets.no_right_to_it,
    targets.write_as_a_read,
    secrets.secret_in_a_wrong_place,
    sequences.pipeline, sequences.behind_a_refusal, sequences.behind_the_last, sequences.refused_in_a_loop, sequences.order_asked_again,
)  # fmt: skip

KINDS: Final[dict[str, Kind]] = {kind.__name__.replace("_", " "): kind for kind in _ALL}
"""By name, as a run prints them."""
