"""Paths of ignore rules that break every comparison, or point somewhere else than meant."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.ignore_differences import IgnoreRule, rules_of
from auditor.argocd.ignored_fields import applies_to
from auditor.argocd.path_mistakes import PathMistake, path_mistakes
from auditor.argocd.rendering import Rendering
from auditor.findings import Basis, Breach, Edit, Fix, Severity, everywhere
from auditor.kube.manifest import Manifest
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import RENDERED
from auditor.snapshot.ignore_owners import IGNORE_OWNERS, IgnoreOwner
from auditor.snapshot.rendered import Renderings, rendered_by

_MEDIUM: Final = everywhere(Severity.MEDIUM)
_BROKEN: Final = "failed to create diff normalizer"


@rule(
    "DIFF-006",
    severity=everywhere(Severity.HIGH),
    over=IGNORE_OWNERS,
    uses=(RENDERED,),
    options=NoOptions,
)
def ignore_path_is_invalid(
    owner: IgnoreOwner, _: NoOptions, renderings: Renderings
) -> Iterator[Breach]:
    """Compile the expressions, try them on what is rendered, and read the pointers literally."""
    made = _rendered(owner, renderings)
    namespace = owner.destination.namespace if isinstance(owner, Application) else ""
    for entry in owner.ignore_rules:
        meant = (m.raw for m in made if applies_to(entry, m.raw, namespace))
        for found in path_mistakes(entry, meant):
            if not (found.is_fatal and _was_compared(owner)):
                yield _breach(owner, entry, found)


def _rendered(owner: IgnoreOwner, renderings: Renderings) -> tuple[Manifest, ...]:
    if not isinstance(owner, Application):
        return ()
    rendering = rendered_by(owner, renderings)
    return rendering.objects if isinstance(rendering, Rendering) else ()


def _was_compared(owner: IgnoreOwner) -> bool:
    """Say whether Argo CD compared with these very rules: then it can read what we cannot."""
    if not isinstance(owner, Application) or owner.status is None:
        return False
    status = owner.status
    is_same = rules_of(status.compared_to) == owner.ignore_rules
    is_judged = status.sync in {"Synced", "OutOfSync"} and not status.has_comparison_error
    return is_same and is_judged


def _breach(owner: IgnoreOwner, entry: IgnoreRule, found: PathMistake) -> Breach:
    is_own = isinstance(owner, Application)
    if isinstance(owner, Application):
        at = f"/spec/ignoreDifferences/{entry.index}{found.at}"
    else:
        at = owner.at(entry)
    return Breach(
        at=at,
        variant=found.reason if is_own or not found.is_fatal else f"{found.reason}_everywhere",
        facts={
            "kind": entry.kind,
            "path": found.text,
            "message": found.message,
            "right": found.right,
        },
        severity=None if found.is_fatal else _MEDIUM,
        basis=Basis.OBSERVED if _is_broken(owner, found) else Basis.DECLARED,
        identity=f"{entry.key or entry.index} {found.text}",
        fix=_fix(at, found) if is_own else None,
    )


def _is_broken(owner: IgnoreOwner, found: PathMistake) -> bool:
    """Say whether a condition shows it; the message never names the expression."""
    if not isinstance(owner, Application) or owner.status is None or found.reason != "jq":
        return False
    return any(_BROKEN in condition.message for condition in owner.status.conditions)


def _fix(at: str, found: PathMistake) -> Fix | None:
    if not found.right:
        return None
    # a rule that begins to work hides what it did not hide before
    return Fix((Edit("set", at, found.right),), is_safe=not found.is_broad)
