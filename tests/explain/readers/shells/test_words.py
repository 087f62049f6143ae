"""Collecting words and commands."""

from proxy.explain.readers.shells.words import Collector


def test_redirections_take_their_number_and_their_word() -> None:
    out = Collector()
    out.add("a")
    out.end_word()
    out.add("2")
    out.redirect(reads=False)
    out.add("file")
    out.end_word()
    out.add("b")
    (command,) = out.finish()
    assert [word.text for word in command.words] == ["a", "b"]


def test_an_empty_word_in_quotes_counts() -> None:
    out = Collector()
    out.begin()
    out.end_word()
    (command,) = out.finish()
    assert [word.text for word in command.words] == [""]
