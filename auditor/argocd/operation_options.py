"""Options of the spec that an operation written by hand does not carry.

Syncs through argocd-server copy them from the spec where none are asked for (upstream
`server/application/application.go`, Sync); what is written into `.operation` is taken as it is.
"""

from collections.abc import Iterable
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.field_owners import writers_of, written_at
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignored_fields import applies_to, hidden_fields, trusted_fields
from auditor.argocd.option_entries import OPTIONS_POINTER
from auditor.argocd.releases import Version
from auditor.argocd.status import Operation
from auditor.argocd.sync_options import KNOWN_APPLICATION
from auditor.kube.manifest import Manifest

RESPECT: Final = "RespectIgnoreDifferences=true"
_WAY_OF_APPLYING: Final = ("ServerSideApply=true", "Replace=true")
_GUARD_KEYS: Final = ("Prune", "Delete")


def left_out(app: Application, operation: Operation, version: Version) -> tuple[str, ...]:
    """Return the options of the live spec that `version` reads and the operation did not have."""
    policy, never = app.live_policy or app.policy, Version(version.major + 1, 0)
    found = (
        option
        for option in policy.options
        if KNOWN_APPLICATION.get(option, never).release <= version.release
    )
    return tuple(dict.fromkeys(o for o in found if o not in operation.sync_options))


def were_there(app: Application, operation: Operation) -> bool:
    """Tell whether the spec surely had its options when the operation began (managedFields)."""
    owners = writers_of(app.live.raw if app.live else None, OPTIONS_POINTER)
    times = [written_at(owner) for owner in owners]
    begun = operation.started
    return bool(times) and begun is not None and all(t is not None and t <= begun for t in times)


def changes_the_outcome(option: str) -> bool:
    """Tell whether being without an option other than `RESPECT` changes what a sync does."""
    return option.partition("=")[0] in _GUARD_KEYS or option in _WAY_OF_APPLYING


def hides_a_field(rules: Iterable[IgnoreRule], objects: Iterable[Manifest], namespace: str) -> bool:
    """Tell whether a rule is about a field that Git gives, which a sync without `RESPECT` resets.

    `namespace` is where objects without one go.
    """
    known = tuple(objects)
    return any(
        hidden_fields(rule, manifest.raw)
        or (rule.managed_fields_managers and trusted_fields(rule, manifest.raw, None))
        for rule in rules
        for manifest in known
        if applies_to(rule, manifest.raw, namespace)
    )
