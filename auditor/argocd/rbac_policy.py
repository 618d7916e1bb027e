"""The policy of argocd-rbac-cm: who reaches which role; mirrors `util/rbac/rbac.go`.

Built-in roles are those of upstream `assets/builtin-policy.csv`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from auditor.argocd.control_plane import RBAC, ControlPlane
from auditor.argocd.role_policy import Policy, parse
from auditor.kube.globbing import gobwas_match

ADMIN: Final = "role:admin"
READ_ONLY: Final = "role:readonly"
_BUILT_IN: Final = {ADMIN: frozenset({READ_ONLY}), "admin": frozenset({ADMIN})}
_EVERYTHING: Final = frozenset({"*", "*/*", "**", ".*"})


@dataclass(frozen=True, slots=True)
class RbacPolicy:
    """Grants and memberships of all `policy*.csv` keys."""

    grants: tuple[Policy, ...]
    members: Mapping[str, frozenset[str]]
    """Subject to the roles it is given."""
    is_regex: bool

    @classmethod
    def of(cls, plane: ControlPlane) -> Self:
        """Read the policy of an installation; lines of another form say nothing."""
        texts = [plane.value(key) for key in plane.keys(RBAC) if _is_policy(key)]
        lines = [line for text in texts for line in text.splitlines()]
        given: dict[str, set[str]] = defaultdict(set)
        for line in lines:
            parts = [part.strip() for part in line.split(",")]
            if len(parts) == 3 and parts[0] == "g":
                given[parts[1]].add(parts[2])
        known = _BUILT_IN.keys() | given.keys()
        return cls(
            grants=tuple(found for line in lines if (found := parse(line.strip()))),
            members={
                name: frozenset(given.get(name, set()) | _BUILT_IN.get(name, frozenset()))
                for name in known
            },
            is_regex=plane.value("policy.matchMode") == "regex",
        )

    def roles_of(self, subject: str) -> frozenset[str]:
        """Return the subject and every role it reaches."""
        found: set[str] = set()
        waiting = [subject]
        while waiting:
            here = waiting.pop()
            if here and here not in found:
                found.add(here)
                waiting += self.members.get(here, ())
        return frozenset(found)

    def is_admin(self, subject: str) -> bool:
        """Tell whether a subject is an administrator, by role or by a grant of everything."""
        roles = self.roles_of(subject)
        return ADMIN in roles or any(
            grant.subject in roles and _is_everything(grant) for grant in self.grants
        )

    def is_reader(self, subject: str) -> bool:
        """Tell whether a subject may read everything."""
        return READ_ONLY in self.roles_of(subject)

    def granted(self, resource: str, action: str) -> Iterator[Policy]:
        """Yield the lines that allow an action to anybody but administrators."""
        for grant in self.grants:
            if grant.effect != "allow" or self.is_admin(grant.subject):
                continue
            if self._matches(grant.resource, resource) and self._matches(grant.action, action):
                yield grant

    def _matches(self, pattern: str, value: str) -> bool:
        if not self.is_regex:
            return gobwas_match(pattern, value)
        try:
            return re.search(pattern, value) is not None
        except re.error:
            return False


def _is_policy(key: str) -> bool:
    return key.startswith("policy.") and key.endswith(".csv")


def _is_everything(grant: Policy) -> bool:
    parts = (grant.resource, grant.action, grant.object)
    return grant.effect == "allow" and all(part in _EVERYTHING for part in parts)
