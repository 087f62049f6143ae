"""A status without a code: what is said of it, and that it is no code of Binance."""

import pytest

from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.explain.status_alone import NOT_SAID, page, status_in, unexplained


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("451", 451),
        ("Error: Request failed with status: 451 (line 1876)", 451),
        ("Invoke-RestMethod : The remote server returned an error: (400) Bad Request.", 400),
        ("urllib.error.HTTPError: HTTP Error 400: Bad Request", 400),
        ("<H1>403 ERROR</H1>\n<H2>The request could not be satisfied.</H2>", 403),
        ("Web.Contents failed to get contents from 'x' (401): Unauthorized", 401),
        ("Got 429 calling GET x, expected 2xx.", 429),
        ("200", None),
        ("999", None),
        ("HTTP/1.1 200 OK", None),
        ("the order of 400 shares was bad", None),
        ("my bot does not work", None),
    ],
)
def test_the_status_of_a_refusal(text: str, status: int | None) -> None:
    assert status_in(text) == status


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 418, 429, 451, 500, 502, 503, 599])
def test_every_refusal_has_a_page(status: int) -> None:
    said = page(status)
    assert said.startswith(f"### HTTP {status}\n\n**")
    assert "What to do: " in said
    assert "r.text" in said


def test_a_body_with_a_code_says_why() -> None:
    assert unexplained(AnswerSeen(400, (), b'{"code":-1022,"msg":"x"}')) == ()
    assert unexplained(AnswerSeen(200, (), b"")) == ()
    assert unexplained(None) == ()
    assert unexplained(AnswerSeen(400, (), b"<html>")) == (NOT_SAID.format(400),)
