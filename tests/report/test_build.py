"""An audit becomes a view whose numbers agree, or no view at all."""

from dataclasses import replace

import pytest

from auditor.engine.run import audit
from auditor.findings import Severity
from auditor.kube.gap import Gap
from auditor.report.build import build, sealed
from auditor.report.check import Unbalanced, check
from auditor.report.draft import Edition
from auditor.report.view import ReportView
from auditor.rulebook.discovery import discover
from auditor.snapshot import Collected, Excluded, Missing, Snapshot, sections
from tests.report import pack, sample


@pytest.fixture(scope="module")
def view() -> ReportView:
    return sample.view("ko")


def test_the_population_reconciles(view: ReportView) -> None:
    seen = view.population
    assert (seen.both, seen.only_git, seen.only_live, seen.total) == (
        7,
        ("plate-batch-report-prod",),
        ("debug-stg",),
        9,
    )
    assert seen.audited == len(view.applications) == 9


def test_the_verdict_counts_checks_with_a_denominator(view: ReportView) -> None:
    verdict = view.verdict
    assert verdict.state == "fails"
    assert (verdict.checks, verdict.not_assessed) == (27, 2)
    assert verdict.coverage == "92.5%(25/27)"
    assert not verdict.is_complete


def test_findings_of_one_root_are_one_entry(view: ReportView) -> None:
    rule = view.rules[0]
    assert (rule.id, rule.severity, rule.findings) == ("NS-001", "critical", 3)
    (entry,) = rule.entries
    assert [f.subject for f in entry.findings] == [
        "plate-batch-prod",
        "plate-batch-report-prod",
        "plate-batch-stg",
    ]
    assert entry.has_one_diff


def test_a_finding_says_where_it_is_written(view: ReportView) -> None:
    found = view.rules[0].entries[0].findings[0]
    assert found.place.file == "environments/argocd/apps/plate-batch-prod.yaml"
    assert (found.place.line, found.place.commit) == (8, sample.COMMIT)
    assert "(plate-batch)" in found.sentence
    assert "ConfigMap, Deployment, Job 외 2개" in found.sentence


def test_evidence_without_a_rules_own_shows_both_sides(view: ReportView) -> None:
    (row,) = view.rules[0].entries[0].findings[0].evidence
    assert row.field == "spec.destination.namespace"
    assert (row.git.state, row.git.text) == ("value", "plate-batch")
    assert (row.live.state, row.live.text) == ("value", "plate-batch")
    assert row.git.place is not None
    assert row.git.place.line == 8


def test_live_evidence_names_the_manager_and_the_readers_time(view: ReportView) -> None:
    rule = next(rule for rule in view.rules if rule.id == "LIVE-001")
    status, other = rule.entries[0].findings[0].evidence
    assert status.live.manager == "argocd-application-controller"
    assert status.live.time == "2026-11-23 01:40:00+09:00"
    assert other.object == "Ingress shop/web"
    assert other.field == "metadata.annotations[cert-manager.io/cluster-issuer]"


def test_a_cause_counts_its_effects(view: ReportView) -> None:
    cause, *others = view.causes
    assert cause.root.rule == "NS-001"
    assert [effect.rule for effect in cause.effects] == ["NS-001", "LIVE-001", "NS-001"]
    assert (cause.blast.applications, cause.blast.environments) == (3, ("prod", "stg"))
    assert [(other.rule, other.effects) for other in others] == [("LIVE-001", ())] * 2
    told = {f.id: f.cause for r in view.rules for e in r.entries for f in e.findings}
    assert told[cause.root.id] == told[cause.effects[0].id] == "C1"


def test_gaps_add_up_and_each_has_a_remedy(view: ReportView) -> None:
    assert sum(gap.checks for gap in view.gaps) == view.verdict.not_assessed
    assert {gap.code for gap in view.gaps} == {"application_not_live", "cluster_outside_snapshot"}
    assert all(gap.remedy for gap in view.gaps)


def test_sections_tell_missing_from_empty(view: ReportView) -> None:
    states = {section.name: section.state for section in view.sections}
    assert states["live.secrets"] == "missing"
    assert states["git.manifests"] == "partial"
    assert states["live.applications"] == "collected"


def test_the_same_snapshot_gives_the_same_report() -> None:
    assert sample.view("en") == sample.view("en")


def test_the_hash_covers_the_content(view: ReportView) -> None:
    other = replace(view, tallies=replace(view.tallies, waived=1))
    assert sealed(view) == view
    assert sealed(other).identity.content_hash != view.identity.content_hash


def test_an_environment_leaves_the_others_out_of_scope() -> None:
    view = sample.view(environment="stg")
    assert view.identity.environment == "stg"
    assert "plate-batch-prod" in view.population.out_of_scope
    assert view.population.audited + len(view.population.out_of_scope) == view.population.total


def test_findings_below_the_threshold_do_not_fail_but_gaps_keep_it_incomplete() -> None:
    lenient = replace(sample.audited(), findings=(), waived=(), passes=(), unseen=())
    assert lenient.findings == ()
    state = sample.view(threshold=Severity.CRITICAL).verdict
    assert (state.state, state.at_threshold) == ("fails", 2)


def test_an_audit_that_saw_nothing_is_incomplete_and_its_coverage_is_not_a_number() -> None:
    nothing = Snapshot({s.name: Excluded(Gap("no_cluster")) for s in sections.ALL})
    view = build(audit(nothing, ()), Edition(language="ko"))
    assert view.verdict.state == "incomplete"
    assert view.verdict.coverage == "해당 없음"


def test_a_section_that_fails_is_not_a_pass() -> None:
    refused = Missing(Gap("forbidden", {"kind": "Application", "namespace": "argocd"}))
    looks = {section.name: refused for section in sections.ALL}
    view = build(audit(Snapshot(looks), discover(pack)))
    assert (view.verdict.state, view.verdict.passed) == ("incomplete", 0)
    assert view.verdict.not_assessed == 3
    assert view.gaps[0].title == "Reading was refused"


def test_a_clean_and_whole_audit_passes() -> None:
    snapshot = sample.platform()
    quiet = [
        manifest
        for manifest in snapshot.sections["live.applications"].items  # type: ignore[union-attr]
        if manifest.ref.name == "monitoring"
    ]
    looks = {"live.applications": Collected(tuple(quiet)), "git.manifests": Collected(())}
    view = build(audit(Snapshot(looks, snapshot.header), discover(pack)))
    assert view.verdict.state == "passes"
    assert view.verdict.coverage == "100.0% (3/3)"


@pytest.mark.parametrize("part", ["critical", "passed", "not_assessed", "low"])
def test_a_number_that_is_off_by_one_is_refused(view: ReportView, part: str) -> None:
    wrong = replace(view.tallies, **{part: getattr(view.tallies, part) + 1})
    with pytest.raises(Unbalanced):
        check(replace(view, tallies=wrong))


def test_lost_findings_gaps_and_applications_are_refused(view: ReportView) -> None:
    for lost in (
        replace(view, rules=view.rules[1:]),
        replace(view, gaps=view.gaps[1:]),
        replace(view, applications=view.applications[1:]),
        replace(view, catalogue=view.catalogue[1:]),
        replace(view, population=replace(view.population, both=8)),
        replace(view, verdict=replace(view.verdict, checks=28)),
    ):
        with pytest.raises(Unbalanced):
            check(lost)
