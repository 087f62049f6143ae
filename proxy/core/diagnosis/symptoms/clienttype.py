"""No clientType on a C2C path."""

from proxy.core.diagnosis.symptoms.base import LIKELY, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    if not scene.c2c or scene.request.header(b"clienttype") is not None:
        return None
    return Sighting(LIKELY) if scene.answered(-9000, -31002, "-31002", "-9000") else None


SYMPTOM = Symptom(
    page=Page(
        rule="header-clienttype-missing",
        says="The clientType header is missing on a C2C endpoint.",
        why=(
            "Some C2C services refuse requests without it (-31002); sources disagree for which calls it "
            "is needed."
        ),
        see="No clientType among the request headers.",
        remedy="Add clientType: web.",
        example="headers['clientType'] = 'web'",
    ),
    look=look,
    codes=frozenset({-9000, -31002}),
)
