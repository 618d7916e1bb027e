"""What different definitions of one name deliver never meets."""

from typing import Any

from auditor.argocd.application import Application
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.snapshot import Collected, Header, Look, Snapshot
from auditor.snapshot.claims import CLAIMS, Claims
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.installations import INSTALLATIONS, Installations
from auditor.snapshot.lineage import LINEAGE, Lineage, definition_of
from auditor.snapshot.shared_objects import SHARES

REPOSITORY = "https://git.example.com/r"
SHARED = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shared"}}


def app(name: str, namespace: str = "shop") -> dict[str, Any]:
    spec = {
        "project": "default",
        "source": {"repoURL": REPOSITORY, "path": name},
        "destination": {"server": "https://kubernetes.default.svc", "namespace": namespace},
    }
    meta = {"name": name, "namespace": "argocd"}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": meta,
        "spec": spec,
    }


def snapshot(
    definitions: dict[tuple[str, str], list[dict[str, Any]]], *others: Manifest
) -> Snapshot:
    """Declare Applications by name and folder, each with what it renders, and other objects."""
    written, rendered = list(others), []
    for (name, folder), objects in definitions.items():
        path = f"{folder}/{name}.yaml"
        written.append(Manifest(app(name), GitOrigin(REPOSITORY, "c" * 40, path, 1)))
        raw = {
            "application": f"argocd/{name}",
            "source": 0,
            "repository": REPOSITORY,
            "commit": "c" * 40,
            "declared": {"repository": REPOSITORY, "path": path, "line": 1},
            "objects": [{"template": "t", "manifest": one} for one in objects],
        }
        rendered.append(Manifest(raw, GitOrigin(REPOSITORY, "c" * 40, path, 1)))
    looks: dict[str, Look] = {
        "git.manifests": Collected(tuple(written)),
        "renderings": Collected(tuple(rendered)),
    }
    return Snapshot(looks, Header())


ENVIRONMENTS = {
    ("root", "envs/dev"): [app("root"), app("web")],
    ("web", "envs/dev"): [SHARED],
    ("root", "envs/prod"): [app("root"), app("shop")],
    ("shop", "envs/prod"): [SHARED],
}


def test_children_of_two_definitions_of_a_root_are_apart() -> None:
    lineage, known = read(snapshot(ENVIRONMENTS))
    web, shop = known["web", "envs/dev"], known["shop", "envs/prod"]
    assert lineage.are_apart(definition_of(web), definition_of(shop))
    assert lineage.are_apart(definition_of(web), definition_of(known["root", "envs/prod"]))
    assert not lineage.are_apart(definition_of(web), definition_of(known["root", "envs/dev"]))
    assert not snapshot(ENVIRONMENTS).look(SHARES)


def test_children_of_one_root_share_what_both_claim() -> None:
    both = {
        ("root", "envs/dev"): [app("root"), app("web"), app("shop")],
        ("web", "envs/dev"): [SHARED],
        ("shop", "envs/dev"): [SHARED],
    }
    lineage, known = read(snapshot(both))
    web, shop = known["web", "envs/dev"], known["shop", "envs/dev"]
    assert not lineage.are_apart(definition_of(web), definition_of(shop))
    shares = snapshot(both).look(SHARES)
    assert isinstance(shares, dict)
    assert sorted(ref.name for ref, _ in shares) == ["shop", "web"]


def test_what_an_application_set_of_a_root_makes_is_of_its_installation() -> None:
    shops = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {"name": "shops", "namespace": "argocd"},
        "spec": {},
    }
    origin = RenderedOrigin("argocd/shops", REPOSITORY, "c" * 40, "shops.yaml", "ApplicationSet")
    definitions = {("root", "envs/dev"): [shops, app("web")], ("web", "envs/dev"): [SHARED]}
    together = snapshot(definitions, Manifest(app("shop"), origin))
    installations = together.look(INSTALLATIONS)
    assert isinstance(installations, Installations)
    shop, web = (ResourceRef("argoproj.io", "Application", "argocd", n) for n in ("shop", "web"))
    assert installations.are_together(shop, web)


def test_each_definition_claims_what_it_renders_itself() -> None:
    one = {**SHARED, "metadata": {"name": "of-dev"}}
    made = snapshot({("web", "envs/dev"): [one], ("web", "envs/prod"): [SHARED]})
    _, known = read(made)
    claims = made.look(CLAIMS)
    assert isinstance(claims, Claims)
    assert [c.ref.name for c in claims.of(known["web", "envs/dev"])] == ["of-dev"]
    assert [c.ref.name for c in claims.of(known["web", "envs/prod"])] == ["shared"]


def read(made: Snapshot) -> tuple[Lineage, dict[tuple[str, str], Application]]:
    lineage, applications = made.look(LINEAGE), made.look(APPLICATIONS)
    assert isinstance(lineage, Lineage)
    assert isinstance(applications, tuple)
    known = {}
    for one in applications:
        assert one.declared is not None
        assert isinstance(one.declared.origin, GitOrigin)
        known[one.name, one.declared.origin.path.rpartition("/")[0]] = one
    return lineage, known
