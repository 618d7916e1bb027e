"""Who looked at what, when, with which rules: the identity strip and the page on making."""

import hashlib
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from auditor import VERSION
from auditor.kube.manifest import at
from auditor.report.appendix_view import Provenance
from auditor.report.draft import Draft
from auditor.report.view import Identity, Moment, RepositoryView
from auditor.rulebook import Rule
from auditor.rulebook.page import LANGUAGES
from auditor.snapshot import Collected, Excluded, Snapshot, codec
from auditor.snapshot.sections import LIVE_VERSIONS

FONTS: Final = ("Noto Sans KR (SIL OFL 1.1)", "JetBrains Mono (SIL OFL 1.1)")


def identity(draft: Draft) -> Identity:
    """Return the strip of page one; the content hash is filled in last."""
    return replace(brief_identity(draft), pack=pack_digest(draft.audit.rules)[:12])


def brief_identity(draft: Draft) -> Identity:
    """Return the strip without the digest of the rules, which takes reading them all."""
    audit, edition, words = draft.audit, draft.edition, draft.words
    header = audit.snapshot.header
    started, finished = _time(header.started), _time(header.finished)
    when = finished or started
    repositories = tuple(_repository(raw) for raw in header.repositories)
    cluster = str(header.cluster.get("server") or "")
    named = edition.system or cluster.partition(":")[0] or _short(repositories)
    return Identity(
        system=named or words.table["na"],
        cluster=cluster,
        cluster_uid=str(header.cluster.get("uid") or ""),
        kubernetes=_kubernetes(audit.snapshot),
        argocd=str(audit.version),
        argocd_source=audit.version_source,
        environment=audit.environment,
        repositories=repositories,
        report_id=_report_id(when, _digest(draft)),
        started=_moment(draft, started),
        finished=_moment(draft, finished),
        day=words.day(when) if when else words.table["na"],
        zone=(when.astimezone(edition.zone).tzname() or "") if when else "",
        classification=edition.classification,
        tool=f"auditor {VERSION}",
        pack="",
        about=header.about,
        content_hash="",
    )


def provenance(draft: Draft) -> Provenance:
    """Return the page that says how the report was produced."""
    header = draft.audit.snapshot.header
    collector = header.collector
    arguments = draft.edition.arguments or tuple(collector.get("arguments") or ())
    return Provenance(
        command=shlex.join(("auditor", *map(str, arguments))),
        context=str(header.cluster.get("context") or ""),
        identity=str(header.cluster.get("identity") or ""),
        snapshot_digest=_digest(draft),
        pack_digest=pack_digest(draft.audit.rules),
        rules=len(draft.audit.rules),
        calls=_count(collector.get("calls")),
        refusals=_count(collector.get("refusals")),
        excluded=tuple(_excluded(draft)),
        fonts=FONTS,
        limits=tuple(_limits(draft)),
    )


def pack_digest(rules: Iterable[Rule[Any, Any]]) -> str:
    """Return the SHA-256 over code and pages of `rules`, in the order of their ids."""
    total = hashlib.sha256()
    for rule in sorted(rules, key=lambda rule: rule.id):
        for name in ("py", *(f"{language}.md" for language in LANGUAGES)):
            total.update(f"{rule.id} {name}\n{rule.text(name)}".encode())
    return total.hexdigest()


def _digest(draft: Draft) -> str:
    return draft.edition.digest or codec.digest(draft.audit.snapshot)


def _report_id(when: datetime | None, snapshot: str) -> str:
    stamp = f"{when.astimezone(UTC):%Y%m%dT%H%MZ}-" if when else ""
    return f"{stamp}{snapshot[:8]}"


def _time(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _moment(draft: Draft, when: datetime | None) -> Moment:
    if when is None:
        return Moment(draft.words.table["na"], "")
    utc = when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Moment(draft.words.moment(when), utc)


def _repository(raw: Any) -> RepositoryView:
    def text(key: str) -> str:
        return str(raw.get(key) or "")

    return RepositoryView(
        text("url"), text("revision"), text("commit"), _size(raw, "files"), _size(raw, "manifests")
    )


def _size(raw: Any, key: str) -> int:
    value = raw.get(key)
    return value if isinstance(value, int) else len(value) if isinstance(value, list) else 0


def _short(repositories: tuple[RepositoryView, ...]) -> str:
    return repositories[0].url.rpartition("/")[2].removesuffix(".git") if repositories else ""


def _kubernetes(snapshot: Snapshot) -> str:
    look = snapshot.look(LIVE_VERSIONS)
    items = look.items if isinstance(look, Collected) else ()
    return next((str(v) for item in items if (v := at(item.raw, "kubernetes"))), "")


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _excluded(draft: Draft) -> Iterator[str]:
    looks = draft.audit.snapshot.sections
    reasons = {look.why.key: look.why for look in looks.values() if isinstance(look, Excluded)}
    for key in sorted(reasons):
        yield draft.gap(reasons[key], "title")
    for raw in draft.audit.snapshot.header.repositories:
        left = raw.get("left_out")
        for pattern, number in sorted(left.items()) if isinstance(left, dict) else ():
            yield f"{pattern}: {number}"


def _limits(draft: Draft) -> Iterator[str]:
    audit = draft.audit
    names = ["point", "design", "git", "pass", "hash"]
    names += [] if audit.population.live_seen else ["no_cluster"]
    names += [] if audit.population.git_seen else ["no_git"]
    names += ["assumed"] if audit.version_source == "assumed" else []
    for name in names:
        yield draft.words.text(f"limits.{name}", version=str(audit.version))
