"""The signature has the form of an HMAC, and the key at hand is an RSA or Ed25519 key."""

from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    public, sent = request.public_key, request.signature
    if public is None or sent is None or not sent.is_hmac or not _its_own(request):
        return None
    return Sighting(LIKELY, (("key", public.key_type.value), ("characters", len(sent.text))))


def _its_own(request: ParsedRequest) -> bool:
    """Whether the key at hand is the one that was sent, as far as can be seen."""
    return request.sent_key is None or request.sent_key == request.known_api_key


SYMPTOM = Symptom(
    about=RuleText(
        rule="alg-hmac-for-key-pair",
        says="The signature has the form of an HMAC, but the key at hand is an RSA or Ed25519 key.",
        why=(
            "An HMAC-SHA256 is 64 hex characters; a signature of Ed25519 is 88 characters of base64, one of RSA 344"
            " or more. Which of them Binance expects was chosen when the key was registered."
        ),
        see="Count the characters of the signature parameter.",
        remedy="Sign with the private key and send base64, or use an HMAC key's secret together with its API key.",
        example="base64.b64encode(private_key.sign(payload))",
    ),
    detect=detect,
    codes=frozenset({-1022, -1100}),
)
