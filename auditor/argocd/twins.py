"""Applications of two environments that are otherwise the same, told by their names."""

from collections.abc import Iterable

from auditor.argocd.application import Application
from auditor.argocd.environment_words import PRODUCTION, STAGING, Words, of_labels, of_name, without


def staging_twin(
    app: Application, applications: Iterable[Application], words: Words
) -> Application | None:
    """Return the staging Application named like a production one but for the word.

    Production is what its name says, else its labels, else the destination's namespace.
    """
    stem = without(app.name, words)
    spoken = (
        of_name(app.name, words),
        of_labels(app.manifest.labels, words),
        of_name(app.destination.namespace, words),
    )
    if next((environment for environment in spoken if environment), "") != PRODUCTION or not stem:
        return None
    return next(
        (
            other
            for other in applications
            if of_name(other.name, words) == STAGING and without(other.name, words) == stem
        ),
        None,
    )
