"""Words of a command line, as the three shell readers hand them over."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Word:
    """One argument. `unknown` names what the shell would have put in and the text does not tell."""

    text: str
    unknown: tuple[str, ...] = ()


@dataclass(slots=True)
class Command:
    """One simple command. `ended_by` is the operator that ended it: `&`, `;`, `|`, a line end or nothing."""

    words: list[Word] = field(default_factory=list)
    ended_by: str = ""
    reads_input: bool = False  # its standard input comes from a pipe, a file or a here-document
    here: Word | None = None  # the word behind `<<<`, without the line end that the shell adds to it


class Collector:
    """Collects characters to words and words to commands."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self._command = Command()
        self._letters: list[str] = []
        self._unknown: list[str] = []
        self._open = False  # a word has begun, be it an empty one in quotes
        self._drop = False  # the next word belongs to a redirection
        self._here = False  # and is what the command reads

    def add(self, letters: str) -> None:
        self._letters.append(letters)
        self._open = True

    def begin(self) -> None:
        """A quote opens: the word exists even if nothing follows."""
        self._open = True

    def add_unknown(self, name: str) -> None:
        self._unknown.append(name)
        self._open = True

    @property
    def between_words(self) -> bool:
        return not self._open

    @property
    def at_first_word(self) -> bool:
        return not self._open and not self._command.words and not self._drop

    @property
    def current(self) -> str:
        return "".join(self._letters)

    def redirect(self, *, reads: bool, here: bool = False) -> None:
        """A redirection operator: a file descriptor before it and the word behind it are not arguments."""
        if self._letters and self.current.isdigit():
            self._letters, self._open = [], False
        self.end_word()
        self._drop, self._here = True, here
        self._command.reads_input |= reads

    def end_word(self) -> None:
        if self._open:
            word = Word(self.current, tuple(self._unknown))
            if not self._drop:
                self._command.words.append(word)
            elif self._here:
                self._command.here = word
            self._drop = False
        self._letters, self._unknown, self._open = [], [], False

    def end_command(self, operator: str) -> None:
        self.end_word()
        self._drop = False
        if self._command.words:
            self._command.ended_by = operator
            self.commands.append(self._command)
        self._command = Command(reads_input=operator == "|")

    def finish(self) -> list[Command]:
        self.end_command("")
        return self.commands
