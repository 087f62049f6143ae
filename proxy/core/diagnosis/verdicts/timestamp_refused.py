"""-1021: the timestamp is older than recvWindow allows, or ahead of the exchange's clock."""

from proxy.core.diagnosis.verdicts.base import Case, Opinion, ParsedRequest, Verdict, likely, possible


def applies(request: ParsedRequest) -> bool:
    return request.answered(-1021)


def judge(case: Case) -> Opinion:
    """The clock symptoms speak where the exchange's time is known; else the text of the answer does."""
    notes = (
        "A retry needs a new timestamp and a new signature; a larger recvWindow never cures a clock that is ahead.",
    )
    timed = [name for name in case.found if name.startswith("ts-") and name != "ts-missing"]  # it was read
    if timed:
        zone = possible("ts-behind") if "ts-timezone-shift" in timed else ()
        return Opinion(zone, notes)
    ahead = "ahead" in (case.request.answer.message if case.request.answer else "")
    first, second = ("ts-ahead", "ts-timezone-shift") if ahead else ("ts-behind", "ts-timezone-shift")
    return Opinion((*likely(first), *possible(second)), notes)


VERDICT = Verdict(name="timestamp-refused", applies=applies, judge=judge)
