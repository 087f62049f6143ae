"""-2008: this service does not know the key. Control calls tell whether any other does.

-2008 comes before the signature is looked at. A verdict that nobody but Binance can mend it is given only beside a
control call that worked with the same key in the same minute, and never while something else is wrong as well.
"""

from proxy.core.findings import Strength
from proxy.core.probes.leaf import Leaf, Opinion
from proxy.core.probes.probe import Probe
from proxy.core.probes.realm import PRODUCTION, realm_of, service_of
from proxy.core.probes.said import Said, said
from proxy.core.probes.sweep import Sweep, changes, place_of, unsettled
from proxy.core.probes.words import (
    ADD_BUNDLE,
    all_asked,
    all_right,
    duration,
    endpoints,
    ids,
    in_the_same,
    names,
)

_CONTROLS = "GET /api/v3/account and GET /sapi/v1/account/apiRestrictions"
_CONTROL_SERVICES = frozenset({"spot", "sapi"})
_MANAGE = (
    "Look for the key in API management on the web site: is it gone, make a new one; is it there, check which account"
    " it is of."
)


def judge(sweep: Sweep) -> Opinion | None:
    refused = sweep.saying(Said.KEY_UNKNOWN)
    if not refused:
        return None
    realm = realm_of(refused[-1].host)
    refused = tuple(probe for probe in refused if realm_of(probe.host) == realm)
    taken = sweep.taken_in(realm)
    if not taken:
        return _untaken(sweep, realm, refused)
    taken_by_turns = tuple(probe for probe in taken if changes(sweep.history(probe)) > 1)
    flapping = (*(probe for probe in refused if sweep.turned_before(probe) is not None), *taken_by_turns)
    if flapping:
        return _flapping(sweep, flapping, tuple(probe for probe in taken if probe not in flapping))
    return _here_only(sweep, refused, taken)


def _untaken(sweep: Sweep, realm: str, refused: tuple[Probe, ...]) -> Opinion:
    """No request of this run worked at the hosts that refused the key."""
    elsewhere = tuple(
        probe for probe in sweep.hour if said(probe) is Said.TAKEN and realm_of(probe.host) != realm
    )
    if elsewhere:
        return _environment(realm, refused, elsewhere)
    services = {service_of(probe.path) for probe in refused}
    if sweep.facts.futures_testnet_shape and realm == PRODUCTION:
        return Opinion(
            Leaf.WRONG_ENVIRONMENT,
            Strength.LIKELY,
            f"The key is unknown on {endpoints(refused)} of production and has the form of a key of the futures"
            f" testnet.",
            ("Use a key of this environment, or set `environment: testnet`.", _MANAGE),
            refused,
        )
    turning = tuple(probe for probe in refused if changes(sweep.history(probe)) > 1)
    if turning:
        return _flapping(sweep, turning, ())
    if len(services) < 2 or not services & _CONTROL_SERVICES:
        return _without_control(sweep, refused, services)
    before = tuple(one for probe in refused if (one := sweep.took_before(probe)) is not None)
    was = f" It was taken {duration(refused[-1].at_ms - before[-1].at_ms)} earlier." if before else ""
    return Opinion(
        Leaf.KEY_UNKNOWN,
        Strength.LIKELY,
        f"The key is unknown (-2008) on {all_asked(refused)}, of {len(services)} services:"
        f" deleted,"
        f" expired, or of another account or environment.{was}",
        (_MANAGE, "Keys of testnet, demo, binance.us and production are unknown to each other."),
        (*refused, *before),
    )


def _without_control(sweep: Sweep, refused: tuple[Probe, ...], services: set[str]) -> Opinion:
    who = "This service" if len(services) != 1 else f"The service behind {next(iter(services))}"
    worked = [probe for probe in sweep.hour if said(probe) is Said.TAKEN]
    before = (one for probe in refused if (one := sweep.took_before(probe)) is not None)
    missing = "no control call beside it"
    if worked:
        ago = duration(refused[-1].at_ms - worked[-1].at_ms)
        missing = f"the last call that worked ({worked[-1].endpoint}) was {ago} earlier"
    return unsettled(
        f"{who} does not know this key (-2008), and {missing}: nobody can say yet whether any other service"
        " knows it.",
        f"Ask the control calls with this key: {_CONTROLS}. If they work, the key is good and not registered here; if"
        " not, key or environment are wrong.",
        probes=(*refused, *worked[-1:], *before),
    )


def _environment(realm: str, refused: tuple[Probe, ...], elsewhere: tuple[Probe, ...]) -> Opinion:
    other = realm_of(elsewhere[-1].host)
    return Opinion(
        Leaf.WRONG_ENVIRONMENT,
        Strength.PROVEN,
        f"The key belongs to another environment: {other} takes it and {realm} does not know it.",
        (f"Send it to the hosts of {other}, or use a key that was made for {realm}.",),
        (*refused, elsewhere[-1]),
    )


def _flapping(sweep: Sweep, flapping: tuple[Probe, ...], taken: tuple[Probe, ...]) -> Opinion:
    probe = flapping[-1]
    before = tuple(one for probe in flapping if (one := sweep.turned_before(probe)) is not None)
    refused = tuple(one for one in (*flapping, *before) if said(one) is Said.KEY_UNKNOWN)
    counts = {changes(sweep.history(probe)) for probe in flapping}
    often = max(counts)
    ago = duration(probe.at_ms - before[-1].at_ms)
    most = "up to " if len(counts) > 1 else ""
    turns = f"{most}{often} changes within the hour" if often > 1 else f"it took the key {ago} earlier"
    beside = f" while {endpoints(taken)} take it" if taken else ""
    return Opinion(
        Leaf.FLAPPING,
        Strength.PROVEN if often > 1 else Strength.LIKELY,
        f"Binance takes and refuses this key (-2008) in turn on {names(flapping)} ({turns})"
        f"{beside}: not fixable on the client.",
        (_send(refused), "Meanwhile send reads again after a pause; a write only after its state is known."),
        (*flapping, *before, *taken),
    )


def _here_only(sweep: Sweep, refused: tuple[Probe, ...], taken: tuple[Probe, ...]) -> Opinion:
    """Proven once a control call worked after a refusal: a key can be deleted between a call and the next."""
    both = (*refused, *taken)
    places = {place_of(probe) for probe in refused}
    first = min(probe.at_ms for probe in sweep.run if place_of(probe) in places)
    bracketed = max(probe.at_ms for probe in taken) >= first
    signed = " with correct signatures" if all_right(both) else ""
    return Opinion(
        Leaf.REFUSED_HERE_ONLY,
        Strength.PROVEN if bracketed else Strength.LIKELY,
        f"Your key authenticates on {endpoints(taken)} and is refused (-2008) on {len(refused)}"
        f" {in_the_same(both)}{signed}:"
        " not fixable on the client.",
        (
            _send(refused),
            f"Tell them which calls took the key: {names(taken)}. And which refused it: {names(refused)}.",
        ),
        both,
    )


def _send(refused: tuple[Probe, ...]) -> str:
    found = ids(refused)
    quoted = f", with the request ids {found}" if found else ""
    return f"Send this to Binance support{quoted}. {ADD_BUNDLE}"
