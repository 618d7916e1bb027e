"""A project that whoever feeds the generator can choose."""

from collections.abc import Iterator, Mapping
from typing import Final

from auditor.argocd import git_url
from auditor.argocd.applicationset_object import ApplicationSet, template_of
from auditor.argocd.applicationset_tags import chosen_outside, tags
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.kube.loose import text, texts
from auditor.kube.origin import LiveOrigin
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import sections
from auditor.snapshot.applicationsets import APPLICATIONSETS
from auditor.snapshot.section import Collected, Excluded, Missing

_OUTSIDERS: Final = ("scmProvider", "pullRequest")
_MEDIUM: Final = everywhere(Severity.MEDIUM)


@rule(
    "SET-003",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONSETS,
    uses=(sections.GIT_REPOSITORIES,),
    options=NoOptions,
)
def project_is_templated(
    applicationset: ApplicationSet, _: NoOptions, repositories: Collected | Missing | Excluded
) -> Iterator[Breach | Unseen]:
    """Ask where the parameter of the project comes from (ApplicationSet security docs)."""
    project = text(template_of(applicationset.manifest), "spec", "project")
    found = tags(project)
    for kind in _OUTSIDERS:
        if any(chosen_outside(applicationset, tag, (kind,)) for tag in found):
            facts = {"project": project, "generator": kind}
            yield Breach(at="/spec/template/spec/project", facts=facts)
            return
    if not any(chosen_outside(applicationset, tag, ("git",)) for tag in found):
        return
    urls = [text(block, "repoURL") for kind, block in applicationset.generators if kind == "git"]
    known = _own_urls(applicationset, repositories)
    if urls and not known:
        yield Unseen(Gap("applicationset_repository_unknown", {"name": applicationset.ref.name}))
        return
    for url in urls:
        if git_url.normalise_allow_invalid(url) not in known:
            yield Breach(
                at="/spec/template/spec/project",
                variant="git",
                severity=_MEDIUM,
                facts={"project": project, "repository": url},
                identity=url,
            )


def _own_urls(
    applicationset: ApplicationSet, repositories: Collected | Missing | Excluded
) -> frozenset[str]:
    """Return the URLs of the repository that the ApplicationSet is written in."""
    origin = applicationset.manifest.origin
    if isinstance(origin, LiveOrigin):
        return frozenset()
    items = repositories.items if isinstance(repositories, Collected) else ()
    raws: list[Mapping[str, object]] = [item.raw for item in items]
    names = [origin.repository]
    names += [u for r in raws if r.get("url") == origin.repository for u in texts(r, "aliases")]
    return frozenset(git_url.normalise_allow_invalid(name) for name in names if ":" in name)
