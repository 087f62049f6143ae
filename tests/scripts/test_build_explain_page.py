"""The ten pastes of docs/explain.md: what stands there is what `explain` says, and each names its mistake."""

import pytest

from scripts.build_explain_page import BEGIN, END, PAGE, build, told
from scripts.example_pastes import SECRET, Paste, pastes

NAMED = (
    "proven: secret-trailing-whitespace", "proven: order-sorted-signed-unsorted-sent", "proven: ts-seconds",
    "likely: filter-lot-size", "proven: enc-raw-signed-encoded-sent", "proven: scope-form-body-not-signed",
    "proven: param-decimal-comma", "proven: alg-base64-output", "cannot be said", "proven: scope-path-included",
)  # fmt: skip


def test_the_page_is_what_explain_says() -> None:
    text = PAGE.read_text("utf-8")
    assert build(text) == text


@pytest.mark.parametrize(
    ("paste", "named"), list(zip(pastes(), NAMED, strict=True)), ids=lambda one: str(one)[:40]
)
def test_each_names_its_mistake_and_shows_no_secret(paste: Paste, named: str) -> None:
    said = told(paste)
    assert named in said
    assert SECRET not in said


def test_a_page_without_its_marks_is_not_written() -> None:
    with pytest.raises(ValueError, match="unpack"):
        build("# explain\n")
    assert build(BEGIN + END).startswith(BEGIN)
