"""An Application of one environment that deploys to, or takes its values from, another."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.environment_crossings import (
    crossing,
    foreign_values,
    names,
    staging_images,
    targets,
)
from auditor.argocd.environment_words import PRODUCTION, Words
from auditor.argocd.twins import staging_twin
from auditor.findings import Breach, Severity, Unseen, by_tier, everywhere
from auditor.kube.gap import Gap
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
    to, own = targets(app, words), names(app, words)
    if found := crossing(to, own):
        target, name = found
        yield Breach(
            at=target.at,
            facts={
                "field": name.at,
                "value": name.value,
                "environment": name.environment,
                "target": target.value,
                "target_environment": target.environment,
            },
            identity=name.at,
        )
        return
    meant = next((one.environment for one in (*to, *own)), "")
    for file in foreign_values(app, meant, words):
        yield Breach(
            at=file.at,
            variant="values",
            severity=_MEDIUM,
            facts={
                "file": file.value,
                "environment": file.environment,
                "target_environment": meant,
            },
            identity=file.value,
        )
    if meant == PRODUCTION:
        yield from _images(app, by_name, renderings, words)


def _images(
    app: Application, by_name: ByName, renderings: Renderings, words: Words
) -> Iterator[Breach | Unseen]:
    twin = staging_twin(app, by_name, words)
    if twin is None:
        return
    mine, other = rendered_by(app, renderings), rendered_by(twin, renderings)
    if isinstance(mine, Gap):
        yield Unseen(mine)
        return
    if isinstance(other, Gap):
        yield Unseen(other)
        return
    for manifest, image in staging_images(mine.objects, other.objects, words):
        yield Breach(
            at=image.pointer,
            manifest=manifest,
            variant="image",
            severity=_MEDIUM,
            facts={"image": image.reference, "twin": twin.ref},
            identity=image.repository,
        )
