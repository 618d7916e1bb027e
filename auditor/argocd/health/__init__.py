"""Health of objects and of applications as Argo CD assesses it.

Mirrors upstream gitops-engine `pkg/health`, `util/lua`, `resource_customizations` and
`controller/health.go`. Scripts of argocd-cm run in a small interpreter of Lua
(`auditor.argocd.lua`); the scripts shipped with Argo CD are written anew as functions, grouped by
family in `shipped_*.py`. Shipped kinds that have no function here give None, as if they had no
check: `shipped.KINDS` is the list of those that have one.
"""

from auditor.argocd.health.aggregate import ApplicationHealth, Row, aggregate
from auditor.argocd.health.assess import health
from auditor.argocd.health.status import Health, is_worse

__all__ = ["ApplicationHealth", "Health", "Row", "aggregate", "health", "is_worse"]
