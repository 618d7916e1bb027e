"""Ignore rules for `/status`, which the installation ignores for every Application."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.declaration import repository_of
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignored_fields import single_paths
from auditor.argocd.releases import Version
from auditor.argocd.settings import Settings
from auditor.argocd.status_paths import is_ignored_anyway, status_paths
from auditor.findings import Breach, Edit, Fact, Fix, Severity, Unseen, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import SETTINGS, VERSION
from auditor.snapshot.ignore_owners import IGNORE_OWNERS, IgnoreOwner


@rule(
    "DIFF-011",
    severity=everywhere(Severity.INFO),
    over=IGNORE_OWNERS,
    needs=(VERSION,),
    uses=(SETTINGS,),
    options=NoOptions,
)
def ignore_is_already_default(
    owner: IgnoreOwner,
    _: NoOptions,
    known: tuple[Version, str],
    settings: Settings | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Find the paths that lead into `/status`, where the setting covers the kind (trap 16)."""
    for entry in owner.ignore_rules:
        found = tuple(status_paths(entry))
        if not found:
            continue
        if isinstance(settings, Missing | Excluded):
            yield Unseen(settings.why)
            return
        if is_ignored_anyway(entry, settings, known[0]):
            yield _breach(owner, entry, found)


def _breach(owner: IgnoreOwner, entry: IgnoreRule, found: tuple[str, ...]) -> Breach:
    texts = {
        at: (*one.json_pointers, *one.jq_path_expressions, *one.managed_fields_managers)[0]
        for at, one in single_paths(entry)
    }
    is_all = len(found) == len(texts)
    base = f"/spec/ignoreDifferences/{entry.index}"
    facts: dict[str, Fact] = {"kind": entry.kind or "*", "paths": tuple(texts[at] for at in found)}
    if not isinstance(owner, Application):
        return Breach(at=owner.at(entry), facts=facts, identity=entry.key)
    return Breach(
        at=base if is_all else base + found[0],
        facts=facts,
        group=repository_of(owner),
        fix=_fix(base, found, is_all=is_all),
    )


def _fix(base: str, found: tuple[str, ...], *, is_all: bool) -> Fix:
    if is_all:
        return Fix((Edit("remove", base),))
    # from the last to the first, so that positions stay true
    return Fix(tuple(Edit("remove", base + at) for at in reversed(found)))
