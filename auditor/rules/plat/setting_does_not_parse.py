"""Durations that Argo CD cannot read, and what it uses instead."""

from collections.abc import Iterator

from auditor.argocd.control_plane import ControlPlane
from auditor.argocd.duration_settings import KEYS, default_of, parsed, plain_seconds
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.control_planes import CONTROL_PLANES


@rule(
    "PLAT-008",
    severity=everywhere(Severity.MEDIUM),
    over=CONTROL_PLANES,
    options=NoOptions,
)
def setting_does_not_parse(plane: ControlPlane, _: NoOptions) -> Iterator[Breach | Unseen]:
    """Read each duration as Go does; a plain number is none (semantics §16, point 21; trap 3)."""
    if why := plane.why_unread(*KEYS):
        yield Unseen(why)
    for key in KEYS:
        found = plane.setting(key)
        if found is None or not found.value or parsed(found.value) is not None:
            continue
        default, meant = default_of(key, plane.version), plain_seconds(found.value)
        is_harmless = meant == default
        yield Breach(
            at=found.at,
            manifest=found.manifest,
            variant="same" if is_harmless else "",
            severity=everywhere(Severity.INFO) if is_harmless else None,
            facts={"key": key, "value": found.value, "default": default},
            identity=key,
            fix=Fix((Edit("set", found.at, f"{found.value.strip()}s"),), found.manifest)
            if meant is not None and found.is_editable
            else None,
        )
