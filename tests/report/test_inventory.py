"""The inventory: every Application once, below what makes it, in forms that tools can read."""

import json
from typing import Any

from auditor.engine.run import audit
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin, Origin, RenderedOrigin
from auditor.renderer.inventory import FORMATS
from auditor.report.inventory import Inventory, LeftOut, Place, inventory
from auditor.snapshot import Collected, Header, Look, Snapshot

REPOSITORY = "https://git.example.com/r"
COMMIT = "c" * 40


def manifest(kind: str, name: str, origin: Origin, **metadata: Any) -> Manifest:
    spec = {
        "project": "shop",
        "source": {"repoURL": REPOSITORY, "path": f"apps/{name}", "targetRevision": "main"},
        "destination": {"name": "here", "namespace": "shop-prod"},
    }
    meta = {"name": name, "namespace": "argocd", **metadata}
    raw = {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": meta, "spec": spec}
    return Manifest(raw, origin)


def file(path: str, line: int = 1) -> GitOrigin:
    return GitOrigin(REPOSITORY, COMMIT, path, line)


def rendered(by: str, path: str, kind: str = "Application") -> RenderedOrigin:
    return RenderedOrigin(by, REPOSITORY, COMMIT, path, kind)


def found() -> Inventory:
    owner = [{"kind": "ApplicationSet", "name": "set"}]
    child = manifest("Application", "child", file("apps/child.yaml", 7))
    declared = [
        manifest("Application", "parent", file('p "x"<.yaml')),
        child,
        manifest("ApplicationSet", "set", file("set.yaml", 3)),
        manifest("Application", "made", rendered("argocd/set", "set.yaml", "ApplicationSet")),
        manifest("Application", "root", rendered("envs/dev", "envs/dev/templates/a.yaml", "Chart")),
        manifest("Application", "root", rendered("envs/prod", "envs/prod", "Kustomization")),
    ]
    live = [
        manifest("Application", "child", LiveOrigin("k")),
        manifest("Application", "more", LiveOrigin("k"), ownerReferences=owner),
    ]
    item = {
        "application": "argocd/parent",
        "source": 0,
        "repository": REPOSITORY,
        "commit": COMMIT,
        "objects": [{"template": "apps/child.yaml", "manifest": child.raw}],
    }
    read = {"url": REPOSITORY, "left_out": {"**/test/**": 2}, "tokens": ["t.yaml"]}
    looks: dict[str, Look] = {
        "git.manifests": Collected(tuple(declared), (Gap("root_not_rendered", {"path": "x"}),)),
        "git.repositories": Collected((Manifest(read, file("")),)),
        "renderings": Collected((Manifest(item, rendered("argocd/parent", "apps")),)),
        "live.applications": Collected(tuple(live)),
        "live.projects": Collected((manifest("AppProject", "shop", LiveOrigin("k")),)),
    }
    return inventory(audit(Snapshot(looks, Header()), ()))


def test_every_way_into_being_is_in_the_graph() -> None:
    nodes = {node.id: node for node in found().nodes}
    parents = {name: node.parents for name, node in nodes.items() if node.parents}
    assert parents == {
        "Application/argocd/child": ("Application/argocd/parent",),
        "Application/argocd/made": ("ApplicationSet/argocd/set",),
        "Application/argocd/more": ("ApplicationSet/argocd/set",),
        "Application/argocd/root": (
            f"Chart/{REPOSITORY}//envs/dev",
            f"Kustomization/{REPOSITORY}//envs/prod",
        ),
    }
    assert nodes["AppProject/argocd/shop"].seen == "live"
    for node in nodes.values():
        assert all(node.id in nodes[child].parents for child in node.children)
    child = nodes["Application/argocd/child"]
    assert (child.seen, child.environments, child.why) == (
        "both",
        ("prod",),
        ("namespace=shop-prod",),
    )
    assert child.places == (Place("file", "", REPOSITORY, "apps/child.yaml", 7),)
    assert child.sources == (f"{REPOSITORY} apps/child@main",)


def test_each_application_is_counted_once_and_what_is_left_out_is_told() -> None:
    one = found()
    assert one.counts == {"ApplicationSet": 1, "Chart": 1, "file": 2, "live": 1}
    assert one.left_out == (LeftOut(REPOSITORY, "**/test/**", 2),)
    assert one.tokens == (f"{REPOSITORY} t.yaml",)
    assert [gap.code for gap in one.gaps] == ["root_not_rendered"]


def test_the_table_shows_children_below_parents_and_repeats_none() -> None:
    lines = FORMATS["table"](found()).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("Application/argocd/parent"))
    assert lines[at + 1].split() == [
        "Application/argocd/child", "prod", "namespace=shop-prod", "both",
        "apps/child.yaml:7", REPOSITORY, "apps/child@main",
    ]  # fmt: skip
    again = [line.strip() for line in lines if "argocd/root" in line]
    assert len(again) == 2
    assert again[1] == "Application/argocd/root ↑"
    assert "ApplicationSet argocd/set (set.yaml)" in "\n".join(lines)
    assert f"LEFT OUT  {REPOSITORY}  **/test/**  2" in lines
    assert "GAP  root_not_rendered path=x" in lines


def test_json_holds_the_whole_inventory() -> None:
    one = found()
    value = json.loads(FORMATS["json"](one))
    assert {node["id"] for node in value["nodes"]} == {node.id for node in one.nodes}
    assert value["counts"] == one.counts


def test_graphs_name_every_node_and_edge() -> None:
    one = found()
    edges = sum(len(node.children) for node in one.nodes)
    dot, mermaid = FORMATS["dot"](one), FORMATS["mermaid"](one)
    assert dot.startswith("digraph inventory {\n")
    assert dot.count(" [label=") == mermaid.count('["') == len(one.nodes)
    assert dot.count(" -> ") == mermaid.count(" --> ") == edges == 5


def test_circles_and_strange_names_do_no_harm() -> None:
    looks: dict[str, Look] = {
        "git.manifests": Collected(
            tuple(manifest("Application", name, file("a")) for name in ('a"b\\', "<c>#"))
        ),
        "renderings": Collected(
            tuple(
                Manifest(
                    {
                        "application": f"argocd/{name}",
                        "repository": "r",
                        "commit": "c",
                        "objects": [
                            {"template": "t", "manifest": manifest("Application", o, file("a")).raw}
                        ],
                    },
                    file("a"),
                )
                for name, o in (('a"b\\', "<c>#"), ("<c>#", 'a"b\\'))
            )
        ),
    }
    one = inventory(audit(Snapshot(looks, Header()), ()))
    assert len(FORMATS["table"](one).splitlines()) == 6
    assert '"Application/argocd/a\\"b\\\\" ->' in FORMATS["dot"](one)
    assert "#lt;c>#35;" in FORMATS["mermaid"](one)
