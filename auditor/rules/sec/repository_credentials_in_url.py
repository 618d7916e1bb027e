"""URLs that carry the password or token they are opened with."""

from collections.abc import Iterator

from auditor.findings import Breach, Severity, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.url_holders import URL_HOLDERS, UrlHolder, logins


@rule(
    "SEC-002",
    severity=everywhere(Severity.CRITICAL),
    over=URL_HOLDERS,
    options=NoOptions,
)
def repository_credentials_in_url(holder: UrlHolder, _: NoOptions) -> Iterator[Breach]:
    """Look on both sides: what was taken out of Git may still be in the cluster (§12.4)."""
    told: set[tuple[str, str, str]] = set()
    for manifest in (holder.declared, holder.live):
        for found in logins(manifest) if manifest else ():
            key = (found.at, found.scheme, found.host)
            if key in told:
                continue
            told.add(key)
            yield Breach(
                at=found.at,
                manifest=manifest,
                variant="" if manifest is holder.declared else "live",
                facts={"host": found.host, "scheme": found.scheme},
                identity=f"{found.at} {found.host}",
            )
