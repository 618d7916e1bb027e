"""Models of the golden areas about policy: area to kind of case to model, and area to model."""

from tests.golden import (
    models_application,
    models_applicationset,
    models_project,
    models_sync,
    models_waves,
)
from tests.golden.case import Model

MODELS: dict[str, dict[str, Model]] = {
    **models_sync.MODELS,
    **models_waves.MODELS,
    **models_project.MODELS,
    **models_application.MODELS,
    **models_applicationset.MODELS,
}


def model_of(area: str) -> Model:
    """Return the model of one area, which dispatches on the kind of case."""
    kinds = MODELS[area]
    return lambda case: kinds[case["kind"]](case)


REGISTRY: dict[str, Model] = {area: model_of(area) for area in MODELS}
