"""Records made fit for other people's eyes: new tags, and numbers instead of the owner's names.

Equal values stay equal within one export. Across two exports, and between an export and the journal, nothing can
be matched: the key of an export is drawn for it and forgotten.
"""

from collections.abc import Iterable, Iterator

from proxy.core.redaction import FlowRecord, IntentRecord, OutcomeRecord, Tagger, decode_record, tags_in
from proxy.journal import Entry

type Kept = FlowRecord | IntentRecord | OutcomeRecord
"""What an export is made of. The outcome of an unknown write stands behind its flow."""


class Anonymiser:
    """Remakes the records of one export."""

    def __init__(self, key: bytes) -> None:
        """`key`: 32 random octets, used for this export alone."""
        self._tagger = Tagger(key)
        self._accounts: dict[str, str] = {}
        self._clients: dict[str, str] = {}
        self._tags: set[tuple[str, str]] = set()

    def translations(self) -> dict[str, str]:
        """What stands in the records that were handed out, and what it was before: names, and beginnings of marks.

        It undoes the work: for the owner's eyes.
        """
        names = {made: own for seen in (self._accounts, self._clients) for own, made in seen.items()}
        marks = {
            f"<{kind}:{self._tagger.tag(kind, tag.encode('ascii'))}": f"<{kind}:{tag}"
            for kind, tag in self._tags
        }
        return names | dict(sorted(marks.items()))

    def account(self, name: str) -> str:
        """The number that an account has in this export."""
        return _numbered(self._accounts, name, "account") if name else ""

    def own_name(self, shown: str) -> str:
        """The account behind a number of this export; any other name is one's own already."""
        return next((own for own, made in self._accounts.items() if made == shown), shown)

    def key_tag(self, tag: str) -> str:
        """What the tag of an API key is in this export."""
        return self._tagger.tag("key", tag.encode("ascii", "replace"))

    def records(self, entries: Iterable[Entry]) -> Iterator[Kept]:
        for entry in entries:
            yield self._remade(entry.line)
            if entry.outcome_line:
                yield self._remade(entry.outcome_line)

    def _remade(self, line: bytes) -> Kept:
        # octets that are no UTF-8 may stand where no field is read: marks are ASCII, and the others stay as they are
        text = line.decode("latin-1")
        self._tags.update(tags_in(text))
        again = self._tagger.retag(text).encode("latin-1")
        record = decode_record(again)
        assert isinstance(record, FlowRecord | IntentRecord | OutcomeRecord)
        record.account = self.account(record.account)
        if record.client:
            record.client = _numbered(self._clients, record.client, "client")
        return record


def as_they_are(entries: Iterable[Entry]) -> Iterator[Kept]:
    """The records with the owner's own names and tags: for a ticket that is not public."""
    for entry in entries:
        for line in (entry.line, entry.outcome_line):
            if line:
                record = decode_record(line)
                assert isinstance(record, FlowRecord | IntentRecord | OutcomeRecord)
                yield record


def flows_in(records: Iterable[Kept]) -> int:
    """How many of them are requests; the others tell what became of one."""
    return sum(not isinstance(record, OutcomeRecord) for record in records)


def _numbered(seen: dict[str, str], name: str, kind: str) -> str:
    return seen.setdefault(name, f"{kind}-{len(seen) + 1}")
