"""Results remembered by hash, for the same input comes all day: a bot sends the same head and asks for the same page.

Nothing raw stays in memory for it. An input is remembered by its hash alone: Python's own for octets and text is
keyed with a number that is drawn at the start, and has 64 bits, where a tag in the journal has 40. (The hash of a
number is the number, and -1 and -2 have the same; so numbers out of a request or an answer are remembered as text.)
If two inputs ever had one hash, a record would show the redacted form of the other: wrong, but as safe.
"""


class Memo[T](dict[int, T]):
    """Results by the hash of the input, at most `most` of them. When it is full it is emptied and fills up again."""

    __slots__ = ("_most",)

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def store(self, key: int, result: T) -> T:
        """Remember it, and hand it back."""
        if len(self) >= self._most:
            self.clear()
        self[key] = result
        return result
