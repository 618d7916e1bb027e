"""What roots hold that are never built together: each keeps its own."""

from typing import Any

from auditor.argocd.application import Application
from auditor.argocd.rendering import Rendering
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, Origin, RenderedOrigin
from auditor.snapshot import Collected, Header, Look, Snapshot
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.projects import EFFECTIVE_PROJECTS, PROJECTS, Effective, EffectiveProjects
from auditor.snapshot.rendered import rendered_by

REPOSITORY = "https://git.example.com/r"


def root(folder: str) -> RenderedOrigin:
    return RenderedOrigin(folder, REPOSITORY, "c" * 40, f"{folder}/templates/a.yaml", "Chart")


def file(path: str) -> GitOrigin:
    return GitOrigin(REPOSITORY, "c" * 40, path, 1)


def project(origin: Origin, *repositories: str) -> Manifest:
    spec = {"sourceRepos": list(repositories), "destinations": [{"name": "*", "namespace": "*"}]}
    return _object("AppProject", "shop", origin, spec)


def application(origin: Origin) -> Manifest:
    spec = {"project": "shop", "source": {"repoURL": "x", "path": "y"}, "destination": {}}
    return _object("Application", "web", origin, spec)


def _object(kind: str, name: str, origin: Origin, spec: dict[str, Any]) -> Manifest:
    meta = {"name": name, "namespace": "argocd"}
    raw = {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": meta, "spec": spec}
    return Manifest(raw, origin)


def snapshot(*manifests: Manifest) -> Snapshot:
    return Snapshot({"git.manifests": Collected(manifests)}, Header())


def test_a_definition_has_what_it_renders_itself() -> None:
    def item(folder: str) -> Manifest:
        place = {"repository": REPOSITORY, "path": f"{folder}/templates/a.yaml"}
        made = _object("Application", folder.rpartition("/")[2], file("x"), {}).raw
        objects = [{"template": "t", "manifest": made}]
        source = {"repository": REPOSITORY, "commit": "c", "source": 0, "declared": place}
        return Manifest({"application": "argocd/web", "objects": objects, **source}, file("x"))

    folders = ("envs/dev", "envs/prod")
    looks: dict[str, Look] = {
        "git.manifests": Collected(tuple(application(root(folder)) for folder in folders)),
        "renderings": Collected(tuple(item(folder) for folder in folders)),
    }
    made = Snapshot(looks, Header())
    applications, rendered = made.look(APPLICATIONS), made.look(RENDERED)
    assert isinstance(applications, tuple)
    found = {_maker(app): rendered_by(app, rendered) for app in applications}
    names = {
        maker: [m.ref.name for m in rendering.objects]
        for maker, rendering in found.items()
        if isinstance(rendering, Rendering)
    }
    assert names == {"envs/dev": ["dev"], "envs/prod": ["prod"]}


def child(maker: str, path: str, source: str = "y", kind: str = "Application") -> Manifest:
    origin = RenderedOrigin(f"argocd/{maker}", REPOSITORY, "c" * 40, path, kind)
    spec = {"project": "shop", "source": {"repoURL": "x", "path": source}, "destination": {}}
    return _object("Application", "child", origin, spec)


def children(*manifests: Manifest) -> list[str]:
    found = snapshot(*manifests).look(APPLICATIONS)
    assert isinstance(found, tuple)
    return [app.sources[0].path for app in found if app.ref.name == "child"]


def test_each_definition_of_a_parent_has_its_own_children() -> None:
    parents = (application(root("envs/dev")), application(root("envs/prod")))
    dev, prod = child("web", "dev/a.yaml", "dev"), child("web", "prod/a.yaml", "prod")
    assert children(*parents, dev, prod) == ["dev", "prod"]
    assert children(*parents, dev, child("web", "prod/a.yaml", "dev")) == ["dev"]
    assert children(*parents, dev, child("other", "prod/a.yaml", "prod")) == ["dev"]


def test_what_one_parent_makes_twice_is_one_application() -> None:
    dev, prod = child("web", "dev/a.yaml", "dev"), child("web", "prod/a.yaml", "prod")
    assert children(application(root("envs/dev")), dev, prod) == ["dev"]


def test_application_sets_of_one_name_in_several_files_are_variants() -> None:
    sets = [_object("ApplicationSet", "all", file(f"{n}.yaml"), {}) for n in ("a", "b")]
    made = [child("all", f"{n}.yaml", n, "ApplicationSet") for n in ("a", "b")]
    assert children(*sets, *made) == ["a", "b"]
    assert children(sets[0], *made) == ["a"]


def effective(made: Snapshot) -> dict[str, tuple[str, ...] | str]:
    """Return what the project in force permits, by who made the Application."""
    projects, applications = made.look(EFFECTIVE_PROJECTS), made.look(APPLICATIONS)
    assert isinstance(projects, EffectiveProjects)
    assert isinstance(applications, tuple)
    return {_maker(app): _permitted(projects, app) for app in applications}


def _maker(app: Application) -> str:
    origin = app.declared.origin if app.declared else None
    return origin.application if isinstance(origin, RenderedOrigin) else ""


def _permitted(projects: EffectiveProjects, app: Application) -> tuple[str, ...] | str:
    found = projects.of(app)
    return tuple(found.spec["sourceRepos"]) if isinstance(found, Effective) else found.code


def test_an_application_has_the_project_of_its_own_root() -> None:
    made = snapshot(
        project(file("projects/shop.yaml"), "ssh"),
        project(root("envs/dev"), "https"),
        project(root("envs/prod"), "both"),
        application(root("envs/dev")),
        application(root("envs/prod")),
        application(root("envs/test")),
    )
    assert effective(made) == {
        "envs/dev": ("https",),
        "envs/prod": ("both",),
        "envs/test": "project_declared_twice",
    }


def test_what_is_rendered_again_is_told_once() -> None:
    made = snapshot(
        project(file("projects/shop.yaml"), "x"),
        project(root("envs/dev"), "x"),
        application(file("apps/web.yaml")),
        application(root("envs/dev")),
    )
    found = made.look(PROJECTS)
    assert isinstance(found, tuple)
    assert len(found) == 1
    assert effective(made) == {"": ("x",)}
