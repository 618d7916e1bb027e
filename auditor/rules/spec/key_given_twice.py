"""Mappings that give one key twice, of which the last one wins without a word."""

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.argocd.application import Application
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.kube import pointer
from auditor.kube.loose import mappings, text
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import Collected, Look
from auditor.snapshot.delivered import DELIVERIES
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.sections import GIT_REPOSITORIES


@rule(
    "SPEC-006",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONS,
    uses=(GIT_REPOSITORIES, DELIVERIES),
    options=NoOptions,
)
def key_given_twice(
    app: Application, _: NoOptions, repositories: Look, deliveries: object
) -> Iterator[Breach | Unseen]:
    """Take what the reader of the file noted, before merge keys were flattened."""
    origin = app.declared.origin if app.declared else None
    if app.declared is None or not isinstance(origin, GitOrigin):
        return
    if not isinstance(repositories, Collected):
        yield Unseen(repositories.why)
        return
    made = deliveries.get(app.ref, ()) if isinstance(deliveries, Mapping) else ()
    is_kustomize = bool(made) and all(delivery.source == "Kustomize" for delivery in made)
    for item in repositories.items:
        if text(item.raw, "url") != origin.repository:
            continue
        for noted in mappings(item.raw, "duplicate_keys"):
            if _is_inside(noted, origin, app.declared):
                at = _below(noted["pointer"])
                yield Breach(
                    at=at,
                    facts={"key": pointer.tokens(at)[-1], "line": int(noted["line"])},
                    severity=everywhere(Severity.LOW) if is_kustomize else None,
                    identity=str(noted["line"]),
                )


def _is_inside(noted: Mapping[str, Any], origin: GitOrigin, manifest: Manifest) -> bool:
    place = (noted.get("path"), noted.get("document"))
    if place != (origin.path, origin.document):
        return False
    lines = manifest.lines.values()
    return not lines or min(lines) <= noted["line"] <= max(lines)


def _below(place: str) -> str:
    """Return the pointer inside the item of a List."""
    steps = pointer.tokens(place)
    is_item = len(steps) > 2 and steps[0] == "items" and steps[1].isdigit()
    return pointer.join(steps[2:] if is_item else steps)
