"""Collecting from recorded clusters, healthy and not, willing and not."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from auditor.collector.cluster import ClusterReading, collect
from auditor.collector.connection import Connection
from auditor.collector.doctor import check
from auditor.collector.plan import LIVE_NAMES, USUAL, Plan
from auditor.collector.progress import Silent
from auditor.kube.gap import Gap
from auditor.kube.origin import LiveOrigin
from auditor.snapshot import Collected, Excluded, Header, Missing, Snapshot, codec
from tests.support.replay import replayed

QUICK: Final = Plan(timeout=timedelta(seconds=2))
Serve = Callable[..., AbstractContextManager[Connection]]


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    return lambda scenario, *options: replayed(scenario, tmp_path, *options)


def names(reading: ClusterReading, section: str) -> list[str]:
    look = reading.sections[section]
    assert isinstance(look, Collected), look
    return [item.ref.label for item in look.items]


def gaps(reading: ClusterReading, section: str) -> list[tuple[str, str, str]]:
    look = reading.sections[section]
    found = look.gaps if isinstance(look, Collected) else (look.why,)
    return [(gap.code, gap.facts.get("kind", ""), gap.facts.get("namespace", "")) for gap in found]


def test_a_healthy_cluster_is_read_whole(serve: Serve) -> None:
    with serve("a-healthy") as connection:
        reading = collect(connection, QUICK, Silent())
    assert reading.refusals == ()
    assert set(reading.sections) == LIVE_NAMES
    assert len(names(reading, "live.applications")) == 15
    assert names(reading, "live.applicationsets") == ["ApplicationSet argocd/plate-preview"]
    assert names(reading, "live.settings") == [
        "ConfigMap argocd/argocd-cm",
        "ConfigMap argocd/argocd-cmd-params-cm",
        "ConfigMap argocd/argocd-rbac-cm",
    ]
    objects = names(reading, "live.objects")
    assert "Deployment plate-prod/plate-web" in objects
    assert "HorizontalPodAutoscaler plate-prod/plate-web" in objects
    assert names(reading, "live.events") == []
    assert reading.cluster["uid"]
    assert abs(reading.cluster["clock_skew"]) <= 2
    (versions,) = reading.sections["live.versions"].items  # type: ignore[union-attr]
    assert versions.raw == {
        "kubernetes": "v1.36.3",
        "argocd": "",
        "argocd_namespace": "argocd",
        "workloads": [],
    }


def test_every_object_knows_its_kind_and_where_it_was_read(serve: Serve) -> None:
    with serve("a-healthy") as connection:
        reading = collect(connection, QUICK, Silent())
    for look in (reading.sections[name] for name in sorted(USUAL)):
        assert isinstance(look, Collected)
        assert all(item.origin == LiveOrigin(connection.server) for item in look.items)
    for section in USUAL - {"live.kinds"}:
        look = reading.sections[section]
        assert isinstance(look, Collected)
        refs = [item.ref for item in look.items]
        assert refs == sorted(refs)
    for section in ("live.objects", "live.namespaces", "live.secrets", "live.settings"):
        look = reading.sections[section]
        assert isinstance(look, Collected)
        assert all(item.ref.kind and item.ref.name for item in look.items)
        assert all("managedFields" in item.mapping("metadata") for item in look.items)


def test_all_applications_manage_is_found(serve: Serve) -> None:
    with serve("a-healthy") as connection:
        reading = collect(connection, QUICK, Silent())
    objects = set(names(reading, "live.objects"))
    applications = reading.sections["live.applications"]
    assert isinstance(applications, Collected)
    for application in applications.items:
        for entry in application.get("status", "resources") or ():
            where = f"{entry['namespace']}/" if entry.get("namespace") else ""
            assert f"{entry['kind']} {where}{entry['name']}" in objects


def test_two_readings_differ_in_nothing(serve: Serve, tmp_path: Path) -> None:
    bodies = []
    with serve("b-namespace-missing") as connection:
        for plan in (QUICK, Plan(page_size=3, concurrency=1)):
            reading = collect(connection, plan, Silent())
            folder = tmp_path / "snapshot"
            codec.write(Snapshot(reading.sections, Header(cluster=reading.cluster)), folder)
            files = {path.name: path.read_bytes() for path in folder.glob("*.jsonl")}
            bodies.append(files)
            assert codec.read(folder).sections == reading.sections
    assert bodies[0] == bodies[1]


def test_events_are_read_about_failing_applications_only(serve: Serve) -> None:
    with serve("b-namespace-missing") as connection:
        reading = collect(connection, QUICK, Silent())
    look = reading.sections["live.events"]
    assert isinstance(look, Collected)
    about = {(e.get("involvedObject", "kind"), e.get("involvedObject", "name")) for e in look.items}
    assert {kind for kind, _ in about} == {"Application"}
    assert any("batch" in str(name) for _, name in about)


@pytest.mark.parametrize(
    ("option", "section", "code"),
    [
        ("appprojects", "live.projects", "forbidden"),
        ("applicationsets=404", "live.applicationsets", "kind_not_installed"),
        ("applicationsets=410", "live.applicationsets", "expired"),
        ("/secrets", "live.secrets", "forbidden"),
        ("/configmaps/argocd-=401", "live.settings", "unauthorized"),
        (r"v1/namespaces\?=500", "live.namespaces", "server_error"),
        ("/apis$=503", "live.kinds", "server_error"),
        ("/version=403", "live.versions", "forbidden"),
    ],
)
def test_one_refusal_costs_one_section(serve: Serve, option: str, section: str, code: str) -> None:
    with serve("a-healthy", "--deny", option) as connection:
        reading = collect(connection, QUICK, Silent())
    leaning = {"live.kinds": {"live.objects"}}.get(section, set())
    missing = {n for n, look in reading.sections.items() if isinstance(look, Missing)}
    assert missing == {section} | leaning
    look = reading.sections[section]
    assert isinstance(look, Missing)
    assert look.why.code == code
    assert look.why.facts["status"]
    assert look.why in reading.refusals


def test_refused_kinds_and_namespaces_are_gaps_among_objects(serve: Serve) -> None:
    denied = ("--deny", "plate-stg/services", "--deny", "externalsecrets=404")
    with serve("a-healthy", *denied) as connection:
        reading = collect(connection, QUICK, Silent())
    assert sorted(gaps(reading, "live.objects")) == [
        ("forbidden", "Service", "plate-stg"),
        ("kind_not_installed", "ExternalSecret", "plate-prod"),
        ("kind_not_installed", "ExternalSecret", "plate-stg"),
    ]
    assert "Service plate-prod/plate-web" in names(reading, "live.objects")


def test_lists_of_the_whole_cluster_fall_back_to_argocds_namespace(serve: Serve) -> None:
    with serve("a-healthy", "--deny", r"v1alpha1/(applications|appprojects)\b") as connection:
        reading = collect(connection, QUICK, Silent())
    assert len(names(reading, "live.applications")) == 15
    assert gaps(reading, "live.applications") == [("forbidden", "Application", "")]
    look = reading.sections["live.applications"]
    assert isinstance(look, Collected)
    assert look.gaps[0].facts["read"] == "argocd"
    # objects of Applications elsewhere may be there too: the same gap stands among them
    assert gaps(reading, "live.objects") == [("forbidden", "Application", "")]


@pytest.mark.parametrize("code", ["429", "500", "503", "504"])
def test_what_fails_twice_is_asked_for_again(serve: Serve, code: str) -> None:
    times = "1" if code in ("429", "504") else "2"
    with serve("a-healthy", "--flaky", f"applications={code}:{times}") as here:
        reading = collect(here, QUICK, Silent())
    assert reading.refusals == ()


def test_a_slow_kind_costs_itself_only(serve: Serve) -> None:
    plan = Plan(timeout=timedelta(seconds=0.5))
    with serve("a-healthy", "--slow", "applicationsets=1.5") as connection:
        reading = collect(connection, plan, Silent())
    assert gaps(reading, "live.applicationsets") == [("timed_out", "ApplicationSet", "")]
    assert len(reading.refusals) == 1


@pytest.mark.parametrize("options", [("--slow", ".*=5"), ("--deny", ".*=401")])
def test_a_server_that_answers_nobody_is_asked_twice(
    serve: Serve, options: tuple[str, str]
) -> None:
    started = time.monotonic()
    with serve("a-healthy", *options) as connection:
        plan = Plan(timeout=timedelta(seconds=0.5), sections=LIVE_NAMES)
        reading = collect(connection, plan, Silent())
    assert reading.calls == 2
    assert time.monotonic() - started < 4
    assert len(reading.refusals) == 1
    assert all(isinstance(look, Missing) for look in reading.sections.values())


def test_recorded_refusals_of_a_real_server_are_all_told(serve: Serve) -> None:
    with serve("l1-api-answers") as connection:
        reading = collect(connection, QUICK, Silent())
    assert gaps(reading, "live.applicationsets") == [("forbidden", "ApplicationSet", "")]
    assert gaps(reading, "live.projects") == [("kind_not_installed", "AppProject", "")]
    assert gaps(reading, "live.secrets") == [("forbidden", "Secret", "argocd")]
    look = reading.sections["live.applicationsets"]
    assert isinstance(look, Missing)
    assert "audit-partial" in look.why.facts["message"]
    kinds = reading.sections["live.kinds"]
    assert isinstance(kinds, Collected)
    assert {"kind": "Secret", "plural": "secrets"}.items() <= next(
        item.raw for item in kinds.items if item.raw["kind"] == "Secret"
    ).items()


def test_throttling_in_plain_text_is_waited_for_and_then_told(serve: Serve) -> None:
    started = time.monotonic()
    with serve("l2-throttled") as connection:
        reading = collect(connection, Plan(attempts=2), Silent())
    assert time.monotonic() - started > 1  # what Retry-After asks for
    look = reading.sections["live.applications"]
    assert isinstance(look, Missing)
    assert look.why.code == "throttled"
    assert look.why.facts["message"] == "Too many requests, please try again later."


def test_only_wanted_sections_are_read(serve: Serve) -> None:
    plan = Plan(argocd_namespace="argocd", sections=frozenset({"live.namespaces"}))
    with serve("a-healthy") as connection:
        reading = collect(connection, plan, Silent())
        everything = collect(connection, QUICK, Silent())
    assert isinstance(reading.sections["live.namespaces"], Collected)
    left_out = [look for n, look in reading.sections.items() if n != "live.namespaces"]
    assert left_out == [Excluded(Gap("not_selected"))] * (len(LIVE_NAMES) - 1)
    assert reading.calls < everything.calls / 5


def test_each_section_can_be_wanted_alone(serve: Serve) -> None:
    with serve("b-namespace-missing") as connection:
        everything = collect(connection, QUICK, Silent())
        for name in sorted(USUAL):
            alone = collect(connection, Plan(sections=frozenset({name})), Silent())
            assert alone.sections[name] == everything.sections[name]
            assert sum(isinstance(look, Collected) for look in alone.sections.values()) == 1


def test_only_objects_of_chosen_applications_are_read(serve: Serve) -> None:
    plan = Plan(applications=frozenset({"argocd/plate-web-prod"}))
    with serve("a-healthy") as connection:
        reading = collect(connection, plan, Silent())
    assert len(names(reading, "live.applications")) == 15
    objects = names(reading, "live.objects")
    assert "Deployment plate-prod/plate-web" in objects
    assert not any("plate-stg" in name or "plate-cache" in name for name in objects)


def test_progress_counts_what_it_announces(serve: Serve) -> None:
    heard: list[tuple[str, int]] = []

    class Heard:
        def step(self, code: str, **facts: Any) -> None:
            heard.append((code, facts.get("total", 0)))

        def advance(self, count: int = 1) -> None:
            code, left = heard[-1]
            heard[-1] = (code, left - count)

    with serve("b-namespace-missing") as connection:
        collect(connection, QUICK, Heard())
    assert heard == [(code, 0) for code in ("connect", "lists", "argocd", "objects", "events")]


def test_the_doctor_names_the_sections_a_missing_right_costs(serve: Serve) -> None:
    with serve("a-healthy", "--deny", "^/argoproj.io/appprojects$") as connection:
        found = check(connection, QUICK)
    denied = [access for access in found if access.allowed is False]
    assert {(a.resource, a.namespace) for a in denied} == {
        ("appprojects", ""),
        ("appprojects", "argocd"),
    }
    assert {a.sections for a in denied} == {("live.projects",)}
    assert all(msgspec.json.encode(access) for access in found)
