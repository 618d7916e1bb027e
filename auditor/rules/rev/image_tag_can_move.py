"""Container images whose tag is missing or is one that people move."""

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.argocd.application import Application
from auditor.argocd.hooks import is_ignored
from auditor.argocd.revisions import MOVING_TAGS
from auditor.findings import Breach, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.pod_images import images
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.rendered import Renderings, rendered_by


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """Which tags are moved from image to image."""

    moving_tags: tuple[str, ...] = MOVING_TAGS


@rule(
    "REV-003",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=APPLICATIONS,
    uses=(RENDERED,),
    options=ImageOptions,
)
def image_tag_can_move(
    app: Application, options: ImageOptions, renderings: Renderings
) -> Iterator[Breach | Unseen]:
    """Ask every container of what is rendered for a digest or a version."""
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    told: set[str] = set()
    for manifest in rendering.objects:
        if is_ignored(manifest.raw):
            continue  # tests of a chart, which no sync applies
        for image in images(manifest.raw):
            is_moving = image.tag in ("", *options.moving_tags) and not image.has_digest
            if not is_moving or image.reference in told:
                continue
            told.add(image.reference)
            yield Breach(
                at=image.pointer,
                manifest=manifest,
                variant="" if image.tag else "untagged",
                facts={
                    "image": image.reference,
                    "object": manifest.label,
                    "pull_policy": image.pull_policy,
                },
                group=app.ref.qualified,
                identity=image.reference,
            )
