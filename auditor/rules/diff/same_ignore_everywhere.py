"""One ignore rule that is copied from Application to Application."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from auditor.argocd.application import Application
from auditor.argocd.declaration import template_of
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.findings import Breach, Severity, everywhere
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS


@dataclass(frozen=True, slots=True)
class Copies:
    """When to speak of copies; an opinion, so that nothing is said unless asked for."""

    is_asked: bool = False
    enough: int = 5
    """Separate templates or files with the same entry."""


@rule(
    "DIFF-010",
    severity=everywhere(Severity.INFO),
    over=APPLICATIONS,
    needs=(APPLICATIONS,),
    options=Copies,
)
def same_ignore_everywhere(
    app: Application, copies: Copies, applications: tuple[Application, ...]
) -> Iterator[Breach]:
    """Count the templates that hold an equal entry; Applications of one template are one."""
    if not copies.is_asked:
        return
    for entry in app.ignore_rules:
        holders = {
            template_of(one) or one.ref.qualified
            for one in applications
            if any(_content(other) == _content(entry) for other in one.ignore_rules)
        }
        if len(holders) >= copies.enough:
            yield Breach(
                at=f"/spec/ignoreDifferences/{entry.index}",
                facts={
                    "kind": entry.kind,
                    "paths": _paths(entry),
                    "count": len(holders),
                },
                group=repr(_content(entry)),
            )


def _content(entry: IgnoreRule) -> IgnoreRule:
    """Return the entry without its place."""
    return replace(entry, index=0)


def _paths(entry: IgnoreRule) -> tuple[str, ...]:
    pointers, expressions = entry.json_pointers, entry.jq_path_expressions
    return (*pointers, *expressions, *entry.managed_fields_managers)
