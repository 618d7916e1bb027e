"""Objects may claim any time there is: every form of the report is still made."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from auditor import pipeline
from auditor.renderer.explain import explanation
from auditor.report.draft import Edition
from auditor.report.explain import explained
from auditor.snapshot import Collected, Look, Snapshot, codec
from auditor.snapshot.derived import APPLICATIONS

SAMPLE: Final = Path(__file__).resolve().parents[2] / "sample_snapshots" / "troubled"
_TIME: Final = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")


def claiming(look: Look, time: str) -> Look:
    if not isinstance(look, Collected):
        return look
    raws = [json.loads(_TIME.sub(time, json.dumps(item.raw))) for item in look.items]
    items = (replace(item, raw=raw) for item, raw in zip(look.items, raws, strict=True))
    return Collected(tuple(items), look.gaps)


@pytest.mark.parametrize(("language", "zone"), [("ko", "Asia/Seoul"), ("en", "America/New_York")])
@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_time_at_the_end_of_all_days_breaks_nothing(time: str, language: str, zone: str) -> None:
    seen = codec.read(SAMPLE)
    looks = {name: claiming(look, time) for name, look in seen.sections.items()}
    audit = pipeline.judge(Snapshot(looks, seen.header))
    assert "rule_failed" not in {batch.why.code for batch in audit.unseen if batch.why}
    edition = Edition(language=language, zone=ZoneInfo(zone))
    assert "NS-001" in pipeline.printed(audit, edition, as_json=False)
    assert json.loads(pipeline.printed(audit, edition, as_json=True))["findings"]
    look = audit.snapshot.look(APPLICATIONS)
    assert isinstance(look, tuple)
    for app in look:
        assert app.name in explanation(explained(audit, edition, app.ref))
