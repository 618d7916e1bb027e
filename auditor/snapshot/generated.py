"""Which environment the Applications of an ApplicationSet speak of."""

from typing import Final

from auditor.argocd.applicationset_object import ApplicationSet
from auditor.argocd.environment_words import PRODUCTION, Words, of_labels, of_name
from auditor.kube.loose import mapping, text

_WORDS: Final = Words()


def is_production(applicationset: ApplicationSet) -> bool:
    """Say whether it, or any Application it is known to generate, belongs to production."""
    if of_name(applicationset.ref.name, _WORDS) == PRODUCTION:
        return True
    return any(
        PRODUCTION
        in (
            of_labels(mapping(app, "metadata", "labels"), _WORDS),
            of_name(text(app, "metadata", "name"), _WORDS),
            of_name(text(app, "spec", "destination", "namespace"), _WORDS),
        )
        for app in applicationset.applications
    )
