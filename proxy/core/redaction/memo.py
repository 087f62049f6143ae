"""What was concluded before, for the same things come all day: a bot sends the same head and asks for the same page.

Nothing raw stays in memory for it. A thing is remembered by its hash alone: Python's own for octets and text is keyed
with a number that is drawn at the start, and has 64 bits, where a tag in the journal has 40. (That of a number is the
number, and -1 and -2 have one; so numbers out of a request or an answer are remembered as text.) If two things ever
had one hash, a record would show the redacted form of the other: wrong, but as safe.
"""


class Memo[T](dict[int, T]):
    """Conclusions by `hash(thing)`, at most `most` of them; when it is full it is emptied and fills up again."""

    __slots__ = ("_most",)

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def keep(self, key: int, conclusion: T) -> T:
        """Remember it, and hand it back."""
        if len(self) >= self._most:
            self.clear()
        self[key] = conclusion
        return conclusion
