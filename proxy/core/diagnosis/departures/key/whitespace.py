"""A line end, blank or other invisible character stands at an end of the secret."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import KeyMaterial, KeyRule, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    for end in (
        b"\n",
        b"\r\n",
        b"\r",
        b" ",
        b"\t",
        b"\n\n",
        b"  ",
        b"\0",
        b"\xc2\xa0",
        b"\xe2\x80\x8b",
        b" \n",
    ):
        yield material.secret + end
    for start in (b" ", b"\xef\xbb\xbf", b"\n", b"\t", b"\xc2\xa0", b"\xe2\x80\x8b"):
        yield start + material.secret
    yield b" " + material.secret + b" "
    yield b" " + material.secret + b"\n"
    yield material.secret.strip()


RULE = KeyRule(
    about=RuleText(
        rule="secret-trailing-whitespace",
        says="The secret was used with a line break or a blank attached.",
        why="It was read from a file or copied together with the line break and not stripped.",
        see="The secret has 65 or 66 characters instead of 64.",
        remedy=("Remove blanks and line breaks when you read the secret: secret.strip() or trim()."),
        example="secret = Path(name).read_text().strip()",
    ),
    keys=keys,
    size=20,
    composed=20,
    usual=4,
)
