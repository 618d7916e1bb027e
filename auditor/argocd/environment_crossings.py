"""Where an Application of one environment reaches into another."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from auditor.argocd.application import Application
from auditor.argocd.environment_words import (
    STAGING,
    Words,
    environment_labels,
    is_crossing,
    of_labels,
    of_name,
    of_path,
)
from auditor.kube.loose import texts
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin
from auditor.kube.pod_images import Image, images


@dataclass(frozen=True, slots=True)
class Spoken:
    """One field that names an environment."""

    at: str
    """JSON pointer, or what it is called where it is no field."""
    value: str
    environment: str


def targets(app: Application, words: Words) -> tuple[Spoken, ...]:
    """Return what the destination says, as far as it names an environment."""
    to = app.destination
    host = urlsplit(to.server).hostname or "" if "//" in to.server else ""
    found = (
        Spoken("/spec/destination/namespace", to.namespace, of_name(to.namespace, words)),
        Spoken("/spec/destination/name", to.name, of_name(to.name, words)),
        Spoken("/spec/destination/server", to.server, of_name(host, words)),
    )
    return tuple(one for one in found if one.environment)


def names(app: Application, words: Words) -> tuple[Spoken, ...]:
    """Return what labels, name, paths and project say, the outspoken first."""
    return tuple(one for one in _names(app, words) if one.environment)


def crossing(to: tuple[Spoken, ...], own: tuple[Spoken, ...]) -> tuple[Spoken, Spoken] | None:
    """Return the first target that a name contradicts, with that name."""
    for target in to:
        for one in own:
            if is_crossing(one.environment, target.environment):
                return target, one
    return None


def foreign_values(app: Application, meant: str, words: Words) -> Iterator[Spoken]:
    """Yield the value files that are named for the other environment than `meant`."""
    for source in app.sources:
        for index, file in enumerate(texts(source.helm, "valueFiles")):
            environment = of_path(file, words)
            if is_crossing(environment, meant):
                yield Spoken(f"{source.pointer}/helm/valueFiles/{index}", file, environment)


def staging_images(
    mine: tuple[Manifest, ...], twins: tuple[Manifest, ...], words: Words
) -> Iterator[tuple[Manifest, Image]]:
    """Yield images named for staging that the staging twin runs too, each repository once.

    One that only `mine` run is one build for both, whatever it is called.
    """
    theirs = {image.repository for _, image in _all(twins)}
    told: set[str] = set()
    for manifest, image in _all(mine):
        repository = image.repository
        is_staging = any(of_name(part, words) == STAGING for part in repository.split("/")[1:])
        if is_staging and repository in theirs and repository not in told:
            told.add(repository)
            yield manifest, image


def _names(app: Application, words: Words) -> Iterator[Spoken]:
    label = next((text for text in environment_labels(app.manifest.labels)), "")
    yield Spoken("metadata.labels", label, of_labels(app.manifest.labels, words))
    yield Spoken("metadata.name", app.name, of_name(app.name, words))
    for source in app.sources:
        said = of_path(source.path, words) if source.path else ""
        yield Spoken("source.path", source.path, said)
    if app.declared and isinstance(origin := app.declared.origin, GitOrigin):
        yield Spoken("file", origin.path, of_path(origin.path, words))
    yield Spoken("spec.project", app.project, of_name(app.project, words))


def _all(objects: tuple[Manifest, ...]) -> Iterator[tuple[Manifest, Image]]:
    for manifest in objects:
        for image in images(manifest.raw):
            yield manifest, image
