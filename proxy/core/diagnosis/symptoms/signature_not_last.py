"""Something follows the signature."""

from proxy.core.diagnosis.symptoms.base import POSSIBLE, PROVEN, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    sent = scene.signature
    if sent is None or sent.last or len(scene.signatures) > 1 or not scene.answered(-1022):
        return None
    return Sighting(PROVEN if scene.verified else POSSIBLE)


SYMPTOM = Symptom(
    page=Page(
        rule="order-signature-not-last",
        says="The signature is not the last parameter.",
        why=(
            "It was put into the parameter map. Current spot servers accept that; several futures and "
            "wallet gateways did not."
        ),
        see="Something stands behind 'signature=...'.",
        remedy="Append signature at the very end, after signing.",
        example="url = base + '?' + query + '&signature=' + sign(query)",
    ),
    look=look,
    codes=frozenset({-1022}),
)
