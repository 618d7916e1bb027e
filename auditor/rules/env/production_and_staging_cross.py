"""An Application of one environment that deploys to, or takes its values from, another."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from auditor.argocd.application import Application
from auditor.argocd.environment_words import (
    PRODUCTION,
    STAGING,
    Words,
    environment_labels,
    is_crossing,
    of_labels,
    of_name,
    of_path,
)
from auditor.argocd.twins import staging_twin
from auditor.findings import Breach, Severity, Unseen, by_tier, everywhere
from auditor.kube.gap import Gap
from auditor.kube.loose import texts
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin
from auditor.kube.pod_images import Image, images
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.names import APPLICATIONS_BY_NAME, ByName
from auditor.snapshot.rendered import Renderings, rendered_by

_MEDIUM: Final = everywhere(Severity.MEDIUM)


@dataclass(frozen=True, slots=True)
class CrossOptions:
    """The words of each environment."""

    words: Words = field(default_factory=Words)


@rule(
    "ENV-001",
    severity=by_tier(production=Severity.CRITICAL, other=Severity.HIGH),
    over=APPLICATIONS,
    needs=(APPLICATIONS_BY_NAME,),
    uses=(RENDERED,),
    options=CrossOptions,
)
def production_and_staging_cross(
    app: Application,
    options: CrossOptions,
    by_name: ByName,
    renderings: Renderings,
) -> Iterator[Breach | Unseen]:
    """Compare what the Application is called with where it deploys, then what it is fed with."""
    words = options.words
    to = [(at, text, environment) for at, text, environment in _to(app, words) if environment]
    own = [(at, text, environment) for at, text, environment in _own(app, words) if environment]
    for at, text, environment in to:
        crossing = next((one for one in own if is_crossing(one[2], environment)), None)
        if crossing:
            yield Breach(
                at=at,
                facts={
                    "field": crossing[0],
                    "value": crossing[1],
                    "environment": crossing[2],
                    "target": text,
                    "target_environment": environment,
                },
                identity=crossing[0],
            )
            return
    meant = next((environment for _, _, environment in (*to, *own)), "")
    yield from _values(app, meant, words)
    if meant == PRODUCTION:
        yield from _images(app, by_name, renderings, words)


def _own(app: Application, words: Words) -> Iterator[tuple[str, str, str]]:
    label = next((text for text in environment_labels(app.manifest.labels)), "")
    yield "metadata.labels", label, of_labels(app.manifest.labels, words)
    yield "metadata.name", app.name, of_name(app.name, words)
    for source in app.sources:
        yield "source.path", source.path, of_path(source.path, words) if source.path else ""
    if app.declared and isinstance(origin := app.declared.origin, GitOrigin):
        yield "file", origin.path, of_path(origin.path, words)
    yield "spec.project", app.project, of_name(app.project, words)


def _to(app: Application, words: Words) -> Iterator[tuple[str, str, str]]:
    to = app.destination
    yield "/spec/destination/namespace", to.namespace, of_name(to.namespace, words)
    yield "/spec/destination/name", to.name, of_name(to.name, words)
    host = urlsplit(to.server).hostname or "" if "//" in to.server else ""
    yield "/spec/destination/server", to.server, of_name(host, words)


def _values(app: Application, meant: str, words: Words) -> Iterator[Breach]:
    for source in app.sources:
        for index, file in enumerate(texts(source.helm, "valueFiles")):
            environment = of_path(file, words)
            if is_crossing(environment, meant):
                yield Breach(
                    at=f"{source.pointer}/helm/valueFiles/{index}",
                    variant="values",
                    severity=_MEDIUM,
                    facts={
                        "file": file,
                        "environment": environment,
                        "target_environment": meant,
                    },
                    identity=file,
                )


def _images(
    app: Application, by_name: ByName, renderings: Renderings, words: Words
) -> Iterator[Breach | Unseen]:
    """Look for images of staging that its twin runs too: one build for both would be no cross."""
    twin = staging_twin(app, by_name, words)
    if twin is None:
        return
    mine, other = rendered_by(app, renderings), rendered_by(twin, renderings)
    for found in (mine, other):
        if isinstance(found, Gap):
            yield Unseen(found)
            return
    if isinstance(mine, Gap) or isinstance(other, Gap):
        return
    theirs = {image.repository for _, image in _all(other.objects)}
    told: set[str] = set()
    for manifest, image in _all(mine.objects):
        repository = image.repository
        is_staging = any(of_name(part, words) == STAGING for part in repository.split("/")[1:])
        if is_staging and repository in theirs and repository not in told:
            told.add(repository)
            yield Breach(
                at=image.pointer,
                manifest=manifest,
                variant="image",
                severity=_MEDIUM,
                facts={"image": image.reference, "twin": twin.ref},
                identity=repository,
            )


def _all(objects: tuple[Manifest, ...]) -> Iterator[tuple[Manifest, Image]]:
    for manifest in objects:
        for image in images(manifest.raw):
            yield manifest, image
