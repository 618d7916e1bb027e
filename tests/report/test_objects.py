"""The part of a report about objects: verdicts counted, differences told, and paper spared."""

import json
import re
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from auditor import pipeline
from auditor.kube.gap import Gap
from auditor.renderer.html import html
from auditor.renderer.page import DIFFS, document
from auditor.report.build import build
from auditor.report.check import Unbalanced, check
from auditor.report.draft import Edition
from auditor.report.object_diff import ObjectDiff
from auditor.report.objects import LINES, ObjectsView
from auditor.report.view import ReportView
from auditor.snapshot import Excluded, Missing, Snapshot, sections
from tests.report import changed

FONTS = {"sans": "file:///sans", "mono": "file:///mono"}


def report(snapshot: Snapshot, language: str = "en") -> ReportView:
    asked = [rule for rule in pipeline.rulebook() if rule.id == "DIFF-001"]
    return build(pipeline.judge(snapshot, selected=asked), Edition(language=language))


def objects(view: ReportView) -> ObjectsView:
    assert view.objects is not None
    return view.objects


def test_every_object_of_the_sample_is_counted_once() -> None:
    seen = objects(report(changed.sample()))
    assert seen.total == seen.agree + seen.disagree + seen.not_comparable
    assert seen.agree > 40
    assert (seen.disagree, seen.disagreements) == (0, ())
    assert seen.agreement == f"100.0% ({seen.agree}/{seen.agree})"
    told = {one.object for each in seen.differences for one in each.objects}
    assert {"Ingress plate-prod/plate-web", "ConfigMap plate-batch/batch-settings"} <= told
    assert not any(one.state == "same" for each in seen.differences for one in each.objects)


def test_where_the_verdicts_part_each_object_is_told_with_a_reason() -> None:
    rule = {"group": "*", "kind": "*", "managedFieldsManagers": ["cert-manager"]}
    seen = objects(report(changed.ignoring(rule)))
    (row,) = (row for row in seen.disagreements if row.object.endswith("plate-web"))
    assert (row.application, row.argocd, row.ours) == ("ingress-prod", "OutOfSync", "Synced")
    assert "other sources or ignore rules" in row.why
    assert row.remedy


def test_without_a_rendering_the_objects_are_counted_as_not_comparable() -> None:
    sample = changed.sample()
    looks = {**sample.sections, sections.RENDERINGS.name: Excluded(Gap("no_git"))}
    seen = objects(report(Snapshot(looks, sample.header)))
    assert seen.total == seen.not_comparable == sum(row.objects for row in seen.uncompared) > 40
    assert seen.agreement == "n/a"


def test_without_a_cluster_the_report_says_why_nothing_is_known() -> None:
    sample = changed.sample()
    gap = Gap("no_cluster")
    looks = {
        name: Missing(gap) if name.startswith("live.") else look
        for name, look in sample.sections.items()
    }
    seen = objects(report(Snapshot(looks, sample.header)))
    assert seen.total == 0
    assert seen.unreadable


def test_sums_that_do_not_add_up_are_refused() -> None:
    view = report(changed.sample())
    seen = objects(view)
    with pytest.raises(Unbalanced):
        check(replace(view, objects=replace(seen, agree=seen.agree + 1)))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_object_that_differs_can_be_opened_without_scripts(language: str) -> None:
    view = report(changed.sample(), language)
    page = html(view).decode()
    section = page[page.index('<section id="objects">') :]
    section = section[: section.index("</section>")]
    told = [one for each in objects(view).differences for one in each.objects]
    assert section.count('<details class="obj">') == len(told)
    assert "letsencrypt-dns" in section
    assert "cert-manager" in section
    assert "<script" not in section


def test_ignored_parts_are_grey_and_named() -> None:
    rule = {
        "group": "networking.k8s.io",
        "kind": "Ingress",
        "jsonPointers": [changed.ISSUER],
    }
    page = html(report(changed.ignoring(rule))).decode()
    grey = re.findall(r'<pre class="diff ignored">(.*?)</pre>', page, re.DOTALL)
    assert any("letsencrypt-dns" in block for block in grey)
    assert "ignored by spec.ignoreDifferences[0]" in page


def test_each_entry_is_told_with_what_it_hides_now() -> None:
    about = {"group": "networking.k8s.io", "kind": "Ingress"}
    entries = (
        {**about, "jsonPointers": [changed.ISSUER]},
        {**about, "jsonPointers": ["/spec/ingressClassName"]},
        {"group": "apps", "kind": "DaemonSet", "jsonPointers": ["/spec"]},
    )
    view = report(changed.ignoring(*entries))
    rows = {row.entry: row for row in objects(view).ignored if row.owner == "ingress-prod"}
    uses = {entry.partition(" ")[0][-2:-1]: row.use for entry, row in rows.items()}
    assert uses == {"0": "in_use", "1": "hides_nothing", "2": "about_nothing"}
    (used,) = (row for row in rows.values() if row.use == "in_use")
    assert (used.pointers, used.objects) == ((changed.ISSUER,), ("Ingress plate-prod/plate-web",))
    assert "matches no object of the Application" in html(view).decode()


def test_an_entry_of_the_settings_is_told_over_all_applications() -> None:
    seen = objects(report(changed.ignoring_everywhere()))
    (row,) = (row for row in seen.ignored if row.owner == "argocd-cm")
    assert "networking.k8s.io_Ingress" in row.entry
    assert (row.use, row.pointers) == ("in_use", (changed.ISSUER,))
    assert row.objects == ("Ingress plate-prod/plate-web",)


def test_no_value_of_a_secret_is_in_any_form_of_the_report() -> None:
    view = report(changed.holding_a_secret())
    told = (
        msgspec.json.encode(view).decode() + document(view, "html") + document(view, "pdf", FONTS)
    )
    assert "plate-db" in told
    assert changed.PLANTED not in told
    assert changed.ENCODED not in told


def multiplied(view: ReportView, times: int, **changes: Any) -> ReportView:
    seen = objects(view)
    (each,) = (e for e in seen.differences if e.subject.endswith("ingress-prod"))
    many: tuple[ObjectDiff, ...] = tuple(replace(one, **changes) for one in each.objects) * times
    return replace(view, objects=replace(seen, differences=(replace(each, objects=many),)))


def test_paper_shows_a_few_objects_and_says_how_many_more_there_are() -> None:
    view = report(changed.sample())
    few = document(multiplied(view, 1), "pdf", FONTS)
    many = document(multiplied(view, 500), "pdf", FONTS)
    assert many.count('<details class="obj" open>') == DIFFS["pdf"]
    assert few.count('<details class="obj" open>') == 2
    assert f"{1000 - DIFFS['pdf']} more objects are in the JSON format" in many
    lines = tuple(("+", f"key{n}: value") for n in range(1000))
    long = document(multiplied(view, 500, lines=lines), "pdf", FONTS)
    assert long.count("<ins>") < 600


def test_a_long_difference_is_cut_and_says_so() -> None:
    def grow(raw: dict[str, Any]) -> None:
        for entry in raw["objects"]:
            if entry["manifest"]["metadata"]["name"] == "plate-web":
                notes = {f"example.com/{n}": str(n) for n in range(LINES + 50)}
                entry["manifest"]["metadata"]["annotations"].update(notes)

    view = report(changed.rendering(changed.APPLICATION, grow))
    (web,) = (
        one
        for each in objects(view).differences
        for one in each.objects
        if one.object == "Ingress plate-prod/plate-web" and one.cut
    )
    assert len(web.lines) == LINES
    assert web.cut >= 50
    assert json.loads(msgspec.json.encode(view))["objects"]["differences"]
