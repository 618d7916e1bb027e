"""Repositories that may read files of the repo-server that are not theirs."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.control_plane import CM, ControlPlane, Setting
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.control_planes import CONTROL_PLANES

_SYMLINKS: Final = "reposerver.allow.oob.symlinks"
_SCHEMES: Final = "helm.valuesFileSchemes"
_BUILD_OPTIONS: Final = "kustomize.buildOptions"
_UNRESTRICTED: Final = "LoadRestrictionsNone"


@rule(
    "PLAT-009",
    severity=everywhere(Severity.MEDIUM),
    over=CONTROL_PLANES,
    options=NoOptions,
)
def repository_may_escape(plane: ControlPlane, _: NoOptions) -> Iterator[Breach | Unseen]:
    """Look at links, Kustomize's load restrictor and the schemes of value files (§14.56)."""
    if why := plane.why_unread(_SYMLINKS, _SCHEMES):
        yield Unseen(why)
    for found in plane.switched_on(_SYMLINKS):
        yield _breach(found, "links")
    if (schemes := plane.setting(_SCHEMES)) and "file" in _parts(schemes.value):
        yield _breach(schemes, "schemes")
    for key in plane.keys(CM):
        options = plane.setting(key) if key.startswith(_BUILD_OPTIONS) else None
        if options and _UNRESTRICTED in options.value:
            yield _breach(options, "")


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(","))


def _breach(found: Setting, variant: str) -> Breach:
    facts = {"key": found.key, "value": found.value, "place": found.place}
    return Breach(
        at=found.at, manifest=found.manifest, variant=variant, facts=facts, identity=found.key
    )
