"""How the tool speaks."""

import io

import pytest

from proxy.cli import terminal


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "coloured"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": ""}, True),  # no-color.org: only when not empty
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, environ: dict[str, str], coloured: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert terminal.coloured(stream) is coloured


def test_error_then_hint_on_stderr_without_colour_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.error("it is so", "do this")
    terminal.warn("look")
    assert capsys.readouterr() == ("", "error: it is so\nhint: do this\nwarning: look\n")


def test_a_terminal_gets_a_red_word(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    terminal.error("it is so")
    assert stream.getvalue() == "\x1b[31m\x1b[1merror:\x1b[0m it is so\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\rb\x07", "a\\rb\\x07"),
        ("a\u202eb\u2028c", "a\\u202eb\\u2028c"),
        ("two\nlines", "two\nlines"),
        ("币安 é", "币安 é"),
    ],
)
def test_control_characters_are_shown_and_not_sent(text: str, shown: str) -> None:
    assert terminal.plain(text) == shown


KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"


def test_no_message_repeats_what_could_be_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.error(f"{KEY}: does not exist", f"chmod 600 {KEY}")
    terminal.say(f"in {KEY}")
    assert KEY not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "word", "shown"),
    [
        ("unexpected argument (hunter2)", "hunter2", "unexpected argument (what was given)"),
        ("'Pass word!' is not one of", "Pass word!", "what was given is not one of"),
        ("'1024' is not one of", "1024", "'1024' is not one of"),
        ("No such option: --verbose", "--verbose", "No such option: --verbose"),
    ],
)
def test_the_parser_of_arguments_repeats_no_typed_word(text: str, word: str, shown: str) -> None:
    assert terminal.without_typed(text, [word]) == shown


def test_a_result_lets_own_colours_pass_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.out("\x1b[31mred\x1b[0m \x1b[2J\x9b31m\u202e")
    assert capsys.readouterr().out == "red \\x1b[2J\\x9b31m\\u202e\n"
