"""Applications of two environments that are otherwise the same, told by their names."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.environment_words import PRODUCTION, Words, of_labels, of_name

_PARTS: Final = re.compile(r"([-_.]+)")


def staging_twin(
    app: Application, by_name: Mapping[str, tuple[Application, ...]], words: Words
) -> Application | None:
    """Return the staging Application named like a production one but for the word.

    Production is what its name says, else its labels, else the destination's namespace.
    """
    spoken = (
        of_name(app.name, words),
        of_labels(app.manifest.labels, words),
        of_name(app.destination.namespace, words),
    )
    if next((environment for environment in spoken if environment), "") != PRODUCTION:
        return None
    found = (by_name[name] for name in _candidates(app.name, words) if name in by_name)
    return next((one for apps in found for one in apps), None)


def _candidates(name: str, words: Words) -> Iterator[str]:
    parts = _PARTS.split(name)
    places = [index for index, part in enumerate(parts) if part in words.production]
    for word in words.staging:
        if places:
            yield "".join(word if i in places else part for i, part in enumerate(parts))
        else:
            yield from (f"{name}-{word}", f"{word}-{name}")
