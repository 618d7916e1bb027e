"""What a rendering fetches from elsewhere without saying which version."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from auditor.argocd.application import Application
from auditor.argocd.revisions import MOVING_TAGS, Pinned, is_chart_range, of_git
from auditor.argocd.source_output import SourceOutput, pointer_of
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.kube.loose import texts
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.source_outputs import SOURCE_OUTPUTS, Outputs, outputs_of

_REMOTE: Final = re.compile(r"[a-z][a-z0-9+.-]*://|[\w.-]+@[\w.-]+:|[\w-]+\.[\w.-]+/[^?]+\?")


@dataclass(frozen=True, slots=True)
class BaseOptions:
    """Which names are moved from commit to commit."""

    moving_tags: tuple[str, ...] = MOVING_TAGS


@rule(
    "REV-004",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(SOURCE_OUTPUTS,),
    options=BaseOptions,
)
def remote_base_is_not_pinned(
    app: Application, options: BaseOptions, outputs: Outputs
) -> Iterator[Breach | Unseen]:
    """Look at remote components of the source, and at what the rendering had to fetch."""
    told: set[str] = set()
    for source in app.sources:
        for index, entry in enumerate(texts(source.kustomize, "components")):
            told.add(entry)
            if _REMOTE.match(entry) and _moves(entry, options):
                at = f"{source.pointer}/kustomize/components/{index}"
                yield Breach(at=at, facts={"base": entry, "path": source.path}, identity=entry)
    for output in outputs_of(app, outputs):
        for said in _of(app, output, options):
            if isinstance(said, Unseen) or said.identity not in told:
                yield said


def _of(app: Application, output: SourceOutput, options: BaseOptions) -> Iterator[Breach | Unseen]:
    """Judge bases that were built on, for they were given, as those that were not."""
    at = f"{pointer_of(app, output)}/path"
    yield from _moving(output.listed("remote_bases"), output.path, at, options)
    if gap := output.gap or output.error:
        yield from _fetched(gap, at, options)


def _moving(
    bases: Iterable[str], path: str, at: str, options: BaseOptions
) -> Iterator[Breach | Unseen]:
    for base in dict.fromkeys(bases):
        if _moves(base, options):
            yield Breach(at=at, facts={"base": base, "path": path}, identity=base)


def _fetched(gap: Gap, at: str, options: BaseOptions) -> Iterator[Breach | Unseen]:
    facts = {key: str(value) for key, value in gap.facts.items()}
    match gap.code:
        case "remote_base_not_given":
            bases = (facts.get("base", ""), *texts(gap.facts, "others"))
            yield from _moving(bases, facts.get("path", ""), at, options)
        case "chart_dependency_not_at_hand" if is_chart_range(facts.get("version", "")):
            if gap.facts.get("locked") is False:
                told = {key: facts.get(key, "") for key in ("name", "version", "repository")}
                yield Breach(at=at, variant="chart", facts=told, identity=told["name"])
            elif gap.facts.get("locked") is None:
                yield Unseen(Gap("chart_lock_not_seen", {"name": facts.get("name", "")}))
        case _:
            yield Unseen(gap)


def _moves(base: str, options: BaseOptions) -> bool:
    """Tell whether a remote has no `ref` (or `version`), or one that is a branch."""
    try:
        query = parse_qs(urlsplit(base).query)
    except ValueError:
        return False
    revision = next((query[key][0] for key in ("ref", "version") if key in query), "")
    if not query and re.search(r"/(releases/download|raw)/|\.ya?ml$", base):
        return any(f"/{name}/" in base for name in options.moving_tags)
    return revision in options.moving_tags or of_git(revision) in (Pinned.BRANCH, Pinned.RANGE)
