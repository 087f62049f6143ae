"""The line that says how a text was read."""

import pytest

from proxy.explain.read_as import read_as
from proxy.explain.reading import read_requests
from tests.explain.pastes import rows

FORMS = {row["form"]: row["text"] for row in rows("pasted-forms")}


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("OkHttp logging interceptor (BODY)",
         "OkHttp log; method POST; 3 headers; body 172 octets; answer 400 -1022"),
        ("httpx log line", "httpx log; method GET; headers not in the text; no body; answer 400"),
        ("requests traceback (for url:)",
         "Python exception; method GET; headers not in the text; no body; answer 400"),
    ],
)  # fmt: skip
def test_it_names_what_is_there_and_what_is_not(form: str, line: str) -> None:
    (seen,) = read_requests(FORMS[form].encode())
    assert read_as(seen) == line
