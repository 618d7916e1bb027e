"""Test cases beside a rule, and the examples on its page, as snapshots.

A case is a mapping of what there is to see:

- `applications`: Applications as Git declares them; `kind` and `metadata` may be left out;
- `projects`, `manifests`: further objects in Git;
- `live`: Applications in the cluster, or `true` for the declared ones, or `{status: …}` to add
  that status to each of them; absent: the cluster was not looked at;
- `live_projects`, `live_applicationsets`, `namespaces` (names or objects), `objects`: live objects;
- `versions`: the one item of the section `live.versions`, in a list;
- `settings`: ConfigMap name to its data;
- `rendered`: Application to its objects, or to `{error: code, is_content: bool, facts: …}`, or to
  `{objects: …}` with further fields of an item of the section `renderings`;
- `repositories`: what else is known of the repository, such as `duplicate_keys`;
- `access`: ClusterRoleBindings and ClusterRoles of the section `live.access`;
- `version`, `now`: release of Argo CD and time of the snapshot;
- `options`: those of the rule that are not the defaults;
- `beside`: ids of further rules that are asked; `waivers`: those of the configuration;
  `annotations`: false where waivers on Applications are not accepted;
- `shows`: what a finding carries besides its facts, such as its fix, for the tests of our rules;
- `missing`: section name to the code of its gap; `gaps`: section name to a list of gaps.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

from auditor.argocd.plain_values import plain_values
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin
from auditor.rulebook.page import read
from auditor.rulebook.rule import Rule
from auditor.snapshot import Collected, Excluded, Header, Look, Missing, Snapshot, redact, sections

PAGE: Final = "_page"
"""Name of the pseudo-case that holds what the page's examples need beside themselves; its `bad`
and `good` hold what only that example needs."""

_COMMIT: Final = "0" * 40
_REPOSITORY: Final = "https://git.example.com/shop/deploy.git"
_LIVE: Final = {
    "live_projects": (sections.LIVE_PROJECTS, "argoproj.io/v1alpha1", "AppProject"),
    "live_applicationsets": (
        sections.LIVE_APPLICATIONSETS,
        "argoproj.io/v1alpha1",
        "ApplicationSet",
    ),
    "namespaces": (sections.LIVE_NAMESPACES, "v1", "Namespace"),
    "objects": (sections.LIVE_OBJECTS, "", ""),
    "events": (sections.LIVE_EVENTS, "v1", "Event"),
    "pods": (sections.LIVE_PODS, "v1", "Pod"),
    "kinds": (sections.LIVE_KINDS, "", ""),
    "versions": (sections.LIVE_VERSIONS, "", ""),
    "secrets": (sections.LIVE_SECRETS, "v1", "Secret"),
    "access": (sections.LIVE_ACCESS, "", ""),
}


def of(rule: Rule[Any, Any]) -> dict[str, dict[str, Any]]:
    """Return the cases beside `rule` by name, without the pseudo-case of its page."""
    return {name: case for name, case in _all(rule).items() if name != PAGE}


def page(rule: Rule[Any, Any]) -> dict[str, Any]:
    """Return the pseudo-case of the page of `rule`."""
    return _all(rule).get(PAGE, {})


def examples(rule: Rule[Any, Any], language: str = "en") -> Iterator[tuple[str, Snapshot]]:
    """Yield the page's examples as (`yaml bad` or `yaml good`, snapshot)."""
    context = page(rule)
    for info, body in read(rule, language).fences:
        if info in ("yaml bad", "yaml good"):
            own = context.get(info.removeprefix("yaml "), {})
            yield info, snapshot(_with({**context, **own}, body))


def snapshot(case: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot a case describes."""
    declared = [_application(app) for app in case.get("applications", ())]
    projects = [_whole(p, "argoproj.io/v1alpha1", "AppProject") for p in case.get("projects", ())]
    written = [*declared, *projects, *case.get("manifests", ())]
    looks: dict[str, Look] = {
        sections.GIT_MANIFESTS.name: _git(written),
        sections.RENDERINGS.name: _renderings(case.get("rendered")),
        sections.LIVE_APPLICATIONS.name: _running(case.get("live"), declared),
        sections.LIVE_SETTINGS.name: _settings(case.get("settings")),
    }
    if "repositories" in case:
        looks[sections.GIT_REPOSITORIES.name] = _repositories(case["repositories"])
    for key, (section, version, kind) in _LIVE.items():
        looks[section.name] = _live(case.get(key), version, kind)
    for name, code in case.get("missing", {}).items():
        looks[name] = Missing(Gap(code))
    for name, gaps in case.get("gaps", {}).items():
        look = looks[name]
        if isinstance(look, Collected):
            found = tuple(Gap(gap["code"], gap.get("facts", {})) for gap in gaps)
            looks[name] = Collected(look.items, found)
    header = Header(
        finished=str(case.get("now", "2026-11-23T02:00:00Z")),
        collector={"argocd_version": case["version"]} if "version" in case else {},
    )
    return Snapshot(looks, header)


def _all(rule: Rule[Any, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(rule.text("cases.yaml"))
    return found


def _with(context: Mapping[str, Any], body: str) -> dict[str, Any]:
    """Add the documents of an example to what the page's cases say is around it."""
    case: dict[str, Any] = {"applications": [], "projects": [], **context}
    if duplicates := [d for node in yaml.compose_all(body) for d in _duplicates(node)]:
        case["repositories"] = [{"duplicate_keys": duplicates}]
    rendered = dict(context.get("rendered", {}))
    for document in yaml.safe_load_all(body):
        match document.get("kind", "Application"):
            case "Application":
                case["applications"] = [*case["applications"], document]
            case "AppProject":
                case["projects"] = [*case["projects"], document]
            case kind if _is_of_argocd(document):
                case["manifests"] = [
                    *case.get("manifests", ()),
                    _whole(document, document["apiVersion"], kind),
                ]
            case "ClusterRole" if "access" in case:
                case["access"] = [*case["access"], document]
            case _:
                rendered["argocd/example"] = [*rendered.get("argocd/example", ()), document]
    return {**case, "rendered": rendered} if rendered else case


def _is_of_argocd(document: Mapping[str, Any]) -> bool:
    """Tell what is read as it lies in Git: ApplicationSets and the settings of Argo CD."""
    name = str(document.get("metadata", {}).get("name", ""))
    is_settings = document["kind"] == "ConfigMap" and name.startswith("argocd-")
    return is_settings or document["kind"] == "ApplicationSet"


def _application(app: Mapping[str, Any]) -> dict[str, Any]:
    return _whole(app, "argoproj.io/v1alpha1", "Application")


def _whole(raw: Mapping[str, Any], version: str, kind: str) -> dict[str, Any]:
    meta = {"name": "example", **raw.get("metadata", {})}
    if kind in ("Application", "AppProject", "ApplicationSet"):
        meta.setdefault("namespace", "argocd")
    return {"apiVersion": version, "kind": kind, **raw, "metadata": meta}


def _git(written: list[dict[str, Any]]) -> Collected:
    seen: Counter[str] = Counter()
    found = []
    for raw in written:
        path = f"apps/{raw['metadata']['name']}.yaml"
        place = GitOrigin(_REPOSITORY, _COMMIT, path, 1 + 20 * seen[path], seen[path])
        seen[path] += 1
        found.append(Manifest(raw, place))
    return Collected(tuple(found))


def _repositories(given: Sequence[Mapping[str, Any]]) -> Collected:
    raws = ({"url": _REPOSITORY, "commit": _COMMIT, **raw} for raw in given)
    return Collected(tuple(Manifest(raw, GitOrigin(_REPOSITORY, _COMMIT, "", 1)) for raw in raws))


def _duplicates(node: yaml.Node | None, pointer: str = "") -> Iterator[dict[str, Any]]:
    """Yield the keys an example gives twice, which are gone once it is read."""
    seen: set[str] = set()
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        here = f"{pointer}/{key.value}"
        if key.value in seen:
            where = {"path": "apps/example.yaml", "document": 0, "pointer": here}
            yield where | {"line": key.start_mark.line + 1}
        seen.add(key.value)
        yield from _duplicates(value, here)


def _running(live: Any, declared: list[dict[str, Any]]) -> Look:
    match live:
        case None:
            return Excluded(Gap("no_cluster"))
        case True:
            return _live(declared, "", "")
        case {"status": status}:
            return _live([{**app, "status": status} for app in declared], "", "")
        case _:
            return _live([_application(app) for app in live], "", "")


def _live(given: Any, version: str, kind: str) -> Look:
    if given is None:
        return Excluded(Gap("no_cluster"))
    raws = [{"metadata": {"name": raw}} if isinstance(raw, str) else raw for raw in given]
    if version:
        raws = [{"apiVersion": version, "kind": kind, **raw} for raw in raws]
    return Collected(tuple(Manifest(raw, LiveOrigin("cluster.example.com")) for raw in raws))


def _settings(given: Mapping[str, Mapping[str, str]] | None) -> Look:
    if given is None:
        return Excluded(Gap("no_cluster"))
    maps: dict[str, Mapping[str, str]] = {"argocd-cm": {}, **given}
    raws = [
        {"metadata": {"name": name, "namespace": "argocd"}, "data": data or {}}
        for name, data in maps.items()
    ]
    return _live(raws, "v1", "ConfigMap")


def _renderings(given: Mapping[str, Any] | None) -> Look:
    if given is None:
        return Missing(Gap("not_collected"))
    origin = LiveOrigin("")
    return Collected(tuple(Manifest(_rendering(k, v), origin) for k, v in given.items()))


def _rendering(application: str, output: Any) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "application": application,
        "source": 0,
        "repository": _REPOSITORY,
        "commit": _COMMIT,
        "path": "chart",
        "objects": [],
    }
    if isinstance(output, Mapping):
        known = ("error", "is_content", "facts", "objects")
        raw |= {key: value for key, value in output.items() if key not in known}
        if "error" in output:
            raw["error"] = {
                "code": output["error"],
                "facts": output.get("facts", {}),
                "is_content": output.get("is_content", False),
            }
        output = output.get("objects", ())
    is_default = bool(raw.get("is_default"))
    return raw | {"objects": [_entry(manifest, is_default=is_default) for manifest in output]}


def _entry(manifest: Mapping[str, Any], *, is_default: bool) -> dict[str, Any]:
    """Return an object as the collector gives it: plain secrets are told, values are not."""
    template = "chart/templates/all.yaml"
    entry: dict[str, Any] = {"template": template, "manifest": redact.manifest(manifest)}
    place = {"path": template, "line": 1, "is_default": is_default}
    found = [
        {"key": pointer.join((value.part, value.key)), "form": value.form, **place}
        for value in plain_values(manifest)
    ]
    return entry | ({"plain": found} if found else {})
