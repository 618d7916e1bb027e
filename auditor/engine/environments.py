"""Which environment an Application belongs to, and why; resolved once for the whole audit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from auditor.argocd.application import Application
from auditor.engine.environment_reasons import UNASSIGNED, Reader, strength
from auditor.findings import Tier
from auditor.kube.gap import Gap
from auditor.kube.origin import Origin
from auditor.kube.ref import ResourceRef

PLATFORM: Final = "platform"
"""Column of findings about Argo CD itself, and of those that span environments."""


Declaration = tuple[ResourceRef, Origin]
"""An Application and where it is declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment and how its Applications are recognised; globs, any one suffices."""

    name: str
    tier: Tier
    aliases: tuple[str, ...] = ()
    """Further words a user may type."""
    labels: tuple[str, ...] = ()
    """`key=value` globs on the Application's labels."""
    namespaces: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    """Globs on the file that declares the Application and on the paths of its sources."""


def _words(*words: str) -> tuple[str, ...]:
    return tuple(glob for w in words for glob in (w, f"*-{w}", f"{w}-*", f"*-{w}-*"))


def _labels(*words: str) -> tuple[str, ...]:
    keys = ("environment", "env", "*/environment", "*/env")
    return tuple(f"{key}={word}" for key in keys for word in words)


def _paths(*words: str) -> tuple[str, ...]:
    return tuple(f"*/{word}/*" for word in words)


_PRODUCTION: Final = ("prod", "production", "prd")
_STAGING: Final = ("stg", "stage", "staging", "uat", "preprod", "pre-prod", "qa")
_DEVELOPMENT: Final = ("dev", "development", "develop", "test", "sandbox", "preview")
_SHARED: Final = ("devops-tools", "shared", "common", "tools", "platform", "infra")

DEFAULTS: Final = (
    Environment(
        name="prod",
        tier=Tier.PRODUCTION,
        aliases=_PRODUCTION,
        labels=_labels(*_PRODUCTION),
        namespaces=_words(*_PRODUCTION),
        names=_words(*_PRODUCTION),
        projects=_words(*_PRODUCTION),
        paths=_paths(*_PRODUCTION),
    ),
    Environment(
        name="stg",
        tier=Tier.STAGING,
        aliases=_STAGING,
        labels=_labels(*_STAGING),
        namespaces=_words(*_STAGING),
        names=_words(*_STAGING),
        projects=_words(*_STAGING),
        paths=_paths(*_STAGING),
    ),
    Environment(
        name="dev",
        tier=Tier.DEVELOPMENT,
        aliases=_DEVELOPMENT,
        labels=_labels(*_DEVELOPMENT),
        namespaces=_words(*_DEVELOPMENT),
        names=_words(*_DEVELOPMENT),
        projects=_words(*_DEVELOPMENT),
        paths=_paths(*_DEVELOPMENT),
    ),
    Environment(
        name="shared",
        tier=Tier.SHARED,
        labels=_labels(*_SHARED),
        namespaces=(*_SHARED, "*-tools", "shared-*", "infra-*"),
    ),
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where an Application belongs. A parent belongs to every environment of its children."""

    environments: tuple[str, ...]
    """Most important tier first; never empty."""
    tier: Tier
    """The most important one of them."""
    why: tuple[Gap, ...]
    """One reason an environment: a code (`label`, `namespace`, `cluster`, `name`, `path`,
    `project`, `child`, `none`) with `environment`, `pattern` and `value`."""
    is_parent: bool = False

    @property
    def column(self) -> str:
        """Return the one column a finding counts in."""
        return self.environments[0] if len(self.environments) == 1 else PLATFORM

    @property
    def is_shared(self) -> bool:
        """Say whether several environments depend on it by being shared."""
        return self.tier is Tier.SHARED


@dataclass(frozen=True, slots=True)
class Environments:
    """The environments of an audit, in the order in which they are tried."""

    known: tuple[Environment, ...] = field(default=DEFAULTS)

    def named(self, word: str) -> Environment | None:
        """Return the environment a user means by `word`."""
        for environment in self.known:
            if word == environment.name or word in environment.aliases:
                return environment
        return None

    def tier(self, name: str) -> Tier:
        """Return the tier of an environment by name."""
        found = next((e.tier for e in self.known if e.name == name), None)
        return found or Tier.UNASSIGNED

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names, most important tier first, then those that span or lack one."""
        ranked = sorted(self.known, key=lambda e: e.tier.rank)
        return (*(e.name for e in ranked), UNASSIGNED, PLATFORM)

    def of_namespace(self, namespace: str) -> str:
        """Return the environment a namespace's name speaks of, or UNASSIGNED."""
        hits = [
            (strength(pattern), environment.name)
            for environment in self.known
            for pattern, _ in _matches(environment.namespaces, (namespace,))
        ]
        return max(hits, key=lambda hit: hit[0])[1] if hits else UNASSIGNED


def assign(
    applications: Iterable[Application],
    children: Mapping[ResourceRef, tuple[ResourceRef, ...]],
    environments: Environments,
) -> dict[ResourceRef, Assignment]:
    """Return the assignment of every Application; `children` by parent."""
    own: dict[ResourceRef, Gap] = {}
    reader = Reader(environments.known)
    for app in applications:
        reason = reader.reason(app)
        # Of alternatives with one name the most important tier counts.
        if app.ref not in own or _rank(reason, environments) < _rank(own[app.ref], environments):
            own[app.ref] = reason
    return {
        ref: _with_children(ref, reason, own, children, environments) for ref, reason in own.items()
    }


def of_alternatives(
    applications: Iterable[Application],
    assignments: Mapping[ResourceRef, Assignment],
    environments: Environments,
) -> dict[Declaration, Assignment]:
    """Return the assignment of declarations that belong elsewhere than others of their name.

    One name in several trees is one Application of each environment; what is wrong with the
    declaration of one says nothing about the others.
    """
    found: dict[Declaration, Assignment] = {}
    reader = Reader(environments.known)
    for app in applications:
        reason = reader.reason(app)
        name = str(reason.facts["environment"])
        joint = assignments[app.ref]
        is_apart = name != UNASSIGNED and joint.environments != (name,)
        if app.declared and is_apart and not joint.is_parent:
            tier = environments.tier(name)
            found[app.ref, app.declared.origin] = Assignment((name,), tier, (reason,))
    return found


def _rank(reason: Gap, environments: Environments) -> int:
    return environments.tier(str(reason.facts["environment"])).rank


def _with_children(
    ref: ResourceRef,
    own: Gap,
    reasons: Mapping[ResourceRef, Gap],
    children: Mapping[ResourceRef, tuple[ResourceRef, ...]],
    environments: Environments,
) -> Assignment:
    below = [child for child in _descendants(ref, children) if child in reasons]
    why = {str(own.facts["environment"]): own}
    if below:
        # What a parent is called says less than what it carries.
        why = {}
        for child in sorted(below):
            name = str(reasons[child].facts["environment"])
            facts = {"environment": name, "value": child.qualified}
            why.setdefault(name, Gap("child", facts))
        if len(why) > 1:
            why.pop(UNASSIGNED, None)
    ranked = sorted(why, key=lambda name: (environments.tier(name).rank, name))
    return Assignment(
        tuple(ranked),
        environments.tier(ranked[0]),
        tuple(why[name] for name in ranked),
        is_parent=bool(below),
    )


def _descendants(
    ref: ResourceRef, children: Mapping[ResourceRef, tuple[ResourceRef, ...]]
) -> set[ResourceRef]:
    found: set[ResourceRef] = set()
    waiting = list(children.get(ref, ()))
    while waiting:
        child = waiting.pop()
        if child not in found and child != ref:
            found.add(child)
            waiting.extend(children.get(child, ()))
    return found


def _matches(globs: Iterable[str], values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(g, value) for g in globs for value in values if value and fnmatchcase(value, g)]
