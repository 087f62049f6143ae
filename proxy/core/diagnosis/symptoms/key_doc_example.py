"""API key or secret are those that Binance's documentation shows as an example."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    if request.sent_key in _KEYS or request.secret in _SECRETS:
        return Sighting(PROVEN)
    return None


# Published in Binance's spot, futures and Binance.US documentation: known to everyone, valid nowhere.
_KEYS = frozenset(
    {
        b"vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
        b"dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83",
        b"CAvIjXy3F44yW6Pou5k8Dy1swsYDWJZLeoK2r8G4cFDnE9nosRppc2eKc1T8TRTQ",
    }
)
_SECRETS = frozenset(
    {
        b"NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
        b"2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9",
    }
)


SYMPTOM = Symptom(
    about=RuleText(
        rule="key-doc-example",
        says="The API key or secret is the one of an example in the documentation.",
        why="The example was copied as it is. Everybody knows this pair, and it is not valid.",
        see="X-MBX-APIKEY begins with vmPUZE6m or dbefbc80.",
        remedy="Use your own API key and secret, not those of the documentation.",
    ),
    detect=detect,
    codes=frozenset({-2008, -2014, -2015, -1022}),
)
