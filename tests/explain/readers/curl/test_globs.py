"""URL patterns; each line was tried with curl 7.88.1."""

import pytest

from proxy.explain.readers.curl.globs import MOST_URLS, expand


@pytest.mark.parametrize(
    ("url", "urls"),
    [
        ("h/p", ["h/p"]),
        ("h/{a,b}", ["h/a", "h/b"]),
        ("h/{a}", ["h/a"]),
        ("h/[1-3]", ["h/1", "h/2", "h/3"]),
        ("h/[08-10]", ["h/08", "h/09", "h/10"]),
        ("h/[1-5:2]", ["h/1", "h/3", "h/5"]),
        ("h/[a-c]", ["h/a", "h/b", "h/c"]),
        ("h/x=[]", ["h/x=[]"]),
        ("http://[::1]:80/p", ["http://[::1]:80/p"]),
        ('h/{"a":1,"b":2}', ['h/"a":1', 'h/"b":2']),
        ("h/\\{a\\}", ["h/{a}"]),
        ('h/["BTC"]', None),
        ("h/{", None),
        ("h/}", None),
        ("h/{}", None),
    ],
)
def test_patterns(url: str, urls: list[str] | None) -> None:
    assert expand(url) == urls


def test_the_number_of_urls_is_bounded() -> None:
    found = expand("h/[1-999999]/[1-999999]/{" + ",".join("x" * 9999) + "}")
    assert found is not None
    assert len(found) == MOST_URLS
