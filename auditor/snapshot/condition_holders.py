"""Derived: everything of Argo CD's that bears conditions, Applications and ApplicationSets."""

from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.applicationset_object import ApplicationSet
from auditor.snapshot.applicationsets import APPLICATIONSETS
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

ConditionHolder = Application | ApplicationSet


def _holders(snapshot: Snapshot) -> tuple[ConditionHolder, ...] | Missing | Excluded:
    applications = snapshot.look(APPLICATIONS)
    if not isinstance(applications, tuple):
        return applications
    sets = snapshot.look(APPLICATIONSETS)
    return (*applications, *(sets if isinstance(sets, tuple) else ()))


CONDITION_HOLDERS: Final[Derived[tuple[ConditionHolder, ...]]] = Derived(
    "condition_holders", _holders
)
