"""Which shell a text was written for."""

import pytest

from proxy.explain.readers.shells import shell_of


@pytest.mark.parametrize(
    ("text", "shell"),
    [
        ("curl 'http://h/p' \\\n -H 'a: b'", "bash"),
        ('curl "http://h/p" -d ""', "bash"),
        ('curl "http://h/p" ^\n -H "a: b"', "cmd"),
        ('curl ^"http://h/p?a=1^&b=2^"', "cmd"),
        ('curl -d "{""a"":1}" h', "cmd"),
        ('curl.exe "http://h/p"', "cmd"),
        ("curl.exe 'http://h/p'", "powershell"),
        ("curl 'http://h/p' `\n -H 'a: b'", "powershell"),
        ('curl "http://h/p?t=$env:TS"', "powershell"),
        ('curl "http://h/p?t=`date`"', "bash"),
    ],
)
def test_marks(text: str, shell: str) -> None:
    assert shell_of(text) == shell
