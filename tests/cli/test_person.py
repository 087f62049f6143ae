"""Questions to a person. On a terminal: tests/cli/test_init.py, and the paste of several lines here."""

import io
import sys

import pytest

from proxy.cli.person import Person
from proxy.core.errors import UsageError

PEM = "-----BEGIN PRIVATE KEY-----\ntest\n-----END PRIVATE KEY-----"


def person(text: str, monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return Person()


def never(_answer: str) -> str:
    return ""


def test_lines_are_answers_and_an_empty_one_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    one = person(" b \r\n\n", monkeypatch)
    assert [one.ask("?", "a", never), one.ask("?", "a", never)] == ["b", "a"]


def test_a_pem_is_read_up_to_its_end_and_what_is_none_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    one = person(f"{PEM}\nword\nnext\n", monkeypatch)
    assert one.ask_unseen("?", never, whole_pem=True) == PEM
    assert one.ask_unseen("?", never, whole_pem=True) == "word"
    assert one.ask("?", "", never) == "next"


def test_a_pem_without_an_end_does_not_go_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    one = person("-----BEGIN PRIVATE KEY-----\n" + "x\n" * 500, monkeypatch)
    assert one.ask_unseen("?", never, whole_pem=True).count("\n") == 199


def test_what_a_pipe_says_wrongly_and_its_end_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="cannot be used: no good"):
        person("x\n", monkeypatch).ask("?", "", lambda _answer: "no good")
    with pytest.raises(UsageError, match="ended before the last question"):
        person("", monkeypatch).ask("?", "", never)


def test_a_question_moves_no_cursor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    person("\n", monkeypatch).ask("a\x1b[2Jb", "", never)
    assert capsys.readouterr().err == "a\\x1b[2Jb\n> "
