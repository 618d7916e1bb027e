"""Which part of an environment syncs by itself."""

from auditor.argocd.application import Application
from auditor.argocd.automation import Share, shares
from auditor.argocd.releases import NEWEST
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin


def application(name: str, *, is_automated: bool) -> Application:
    policy: dict[str, object] = {"automated": {}} if is_automated else {}
    raw = {"kind": "Application", "metadata": {"name": name}, "spec": {"syncPolicy": policy}}
    return Application.of(Manifest(raw, LiveOrigin("")), None, NEWEST)


def test_each_environment_and_what_speaks_of_none() -> None:
    apps = [
        application("shop-prod", is_automated=True),
        application("cart-prod", is_automated=False),
        application("web-stg", is_automated=True),
        application("tools-x", is_automated=False),
    ]
    assert shares(apps, frozenset()) == {
        "production": Share("production", 1, 2),
        "staging": Share("staging", 1, 1),
        "": Share("", 0, 1),
    }


def test_one_name_counts_once_and_those_left_out_never() -> None:
    one, other = application("a-prod", is_automated=True), application("b-prod", is_automated=True)
    again = application("a-prod", is_automated=False)
    assert shares([one, again, other], frozenset((other.ref,))) == {
        "production": Share("production", 1, 1)
    }


def test_a_part_is_reached_exactly() -> None:
    assert Share("", 4, 5).is_at_least(80)
    assert not Share("", 79, 99).is_at_least(80)
    assert not Share("", 0, 0).is_at_least(0)
