"""A request is cleaned: a body that cannot be read is refused, an order without an id gets one where that is wanted."""

import pytest

from proxy.core.catalogue import Catalogue, Needs, PrefixFamily
from proxy.core.errors import RefusedError
from proxy.core.head import read_head
from proxy.core.http.prepare import CleanRequest, clean_request
from proxy.core.routing import Route

ORDER = Catalogue.builtin().find("POST", "/api/v3/order")
FORM = b"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1"


def cleaned(body: bytes, needs: Needs = Needs.SIGNED, add_id: str | None = None) -> CleanRequest:
    assert ORDER is not None
    head = read_head("POST", b"/api/v3/order", (1, 1), ((b"Host", b"localhost"),))
    return clean_request(head, body, Route(ORDER, PrefixFamily.API, "https://x", needs), add_id=add_id)


def test_a_body_that_is_neither_a_form_nor_json_is_refused() -> None:
    with pytest.raises(RefusedError):
        cleaned(b"\x00\x01\x02")


@pytest.mark.parametrize(
    ("needs", "add_id", "added"),
    [(Needs.SIGNED, None, False), (Needs.SIGNED, "7f3a", True), (Needs.NONE, "7f3a", False)],
)
def test_an_id_is_added_where_it_is_wanted_and_signed(needs: Needs, add_id: str | None, added: bool) -> None:
    clean = cleaned(FORM, needs, add_id)
    assert clean.prepared.added == (b"newClientOrderId=gw-7f3a" if added else b"")
    assert clean.content_type == b"application/x-www-form-urlencoded"
