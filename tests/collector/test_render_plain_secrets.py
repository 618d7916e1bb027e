"""Plain secrets of rendered Secrets: named with their place, and never kept."""

from pathlib import Path
from typing import Any, Final

from auditor.snapshot import Snapshot, codec
from tests.collector.git_support import CHART, application, looked, repository
from tests.collector.git_support import one as rendered

WORD: Final = "correct-horse-battery"
ENCODED: Final = "Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5"
DECLARED: Final = """\
apiVersion: v1
kind: Secret
metadata: {name: db}
"""
CHARTED: Final = {
    "chart/Chart.yaml": CHART["chart/Chart.yaml"],
    "chart/values.yaml": "user: shop\npassword: changeme\n",
    "chart/templates/secret.yaml": DECLARED + "data:\n"
    "  DB_USER: '{{ .Values.user | b64enc }}'\n"
    "  DB_PASSWORD: '{{ .Values.password | b64enc }}'\n"
    "  RANDOM_PASSWORD: '{{ randAlphaNum 20 | b64enc }}'\n",
}


def plain(item: dict[str, Any]) -> list[dict[str, Any]]:
    assert "error" not in item, item
    return [place for entry in item["objects"] for place in entry.get("plain", ())]


def test_a_plain_file_is_named_with_the_line(tmp_path: Path) -> None:
    files = {
        "plain/a.yaml": f"# {WORD} is elsewhere too\n"
        + DECLARED
        + f"data:\n  p.password: {ENCODED}\n",
        "plain/b.yaml": DECLARED.replace("db", "other") + "stringData: {password: '${DB}'}\n",
    }
    item = rendered(tmp_path, files, "plain")
    assert plain(item) == [
        {
            "key": "/data/p.password",
            "form": "key",
            "path": "plain/a.yaml",
            "line": 6,
            "is_default": False,
        }
    ]


def test_a_value_is_followed_to_the_file_that_gives_it(tmp_path: Path) -> None:
    files = {**CHARTED, "chart/prod.yaml": f"user: shop\npassword: {WORD}\n"}
    item = rendered(tmp_path, files, "chart", helm={"valueFiles": ["prod.yaml"]})
    (place,) = plain(item)
    assert (place["key"], place["path"], place["line"]) == (
        "/data/DB_PASSWORD",
        "chart/prod.yaml",
        2,
    )
    assert not place["is_default"]


def test_a_default_of_the_chart_is_called_one(tmp_path: Path) -> None:
    values = CHARTED["chart/values.yaml"].replace("changeme", WORD)
    item = rendered(tmp_path, {**CHARTED, "chart/values.yaml": values}, "chart")
    (place,) = plain(item)
    assert (place["path"], place["line"], place["is_default"]) == ("chart/values.yaml", 2, True)


def test_what_the_application_gives_itself_is_its_own(tmp_path: Path) -> None:
    helm = {"valuesObject": {"password": WORD}}
    (place,) = plain(rendered(tmp_path, CHARTED, "chart", helm=helm))
    assert (place["path"], place["is_default"]) == ("valuesObject", False)


def test_the_same_word_in_another_parameter_is_not_the_place(tmp_path: Path) -> None:
    values = CHARTED["chart/values.yaml"].replace("changeme", WORD)
    host = {"name": "server.host", "value": f"https://{WORD}.git.example.com"}
    files = {**CHARTED, "chart/values.yaml": values}
    (place,) = plain(rendered(tmp_path, files, "chart", helm={"parameters": [host]}))
    assert (place["path"], place["line"]) == ("chart/values.yaml", 2)


def test_a_word_in_a_command_is_not_the_place(tmp_path: Path) -> None:
    files = {
        **CHARTED,
        "chart/values.yaml": f"user: shop\npassword: {WORD}\n",
        "chart/files/job.txt": f"token: $({WORD} generate secret)\n",
    }
    (place,) = plain(rendered(tmp_path, files, "chart"))
    assert (place["path"], place["line"]) == ("chart/values.yaml", 2)


def test_placeholders_and_random_values_are_none(tmp_path: Path) -> None:
    assert plain(rendered(tmp_path, CHARTED, "chart")) == []


def test_a_generator_of_kustomize_is_followed_to_its_file(tmp_path: Path) -> None:
    files = {
        "k/kustomization.yaml": "secretGenerator: [{name: db, envs: [db.env]}]\n",
        "k/db.env": f"DB_USER=shop\nDB_PASSWORD={WORD}\n",
        "k/readme.txt": f"the word {WORD} stands here first\n",
    }
    (place,) = plain(rendered(tmp_path, files, "k"))
    assert (place["key"], place["path"], place["line"]) == ("/data/DB_PASSWORD", "k/db.env", 2)


def test_no_file_of_a_snapshot_or_cache_holds_the_value(tmp_path: Path) -> None:
    files = {
        **CHARTED,
        "chart/prod.yaml": f"password: {WORD}\n",
        "app.yaml": application("db", "chart", helm={"valueFiles": ["prod.yaml"]}),
    }
    path = repository(tmp_path / "repo", files)
    cache = tmp_path / "cache"
    snapshots = [Snapshot(looked(path, cache=cache)) for _ in range(2)]
    for snapshot in snapshots:
        written = b"".join(codec.encode(snapshot).values())
        assert b'"plain":[{' in written, "the remark survives the cache"
        assert b"chart/prod.yaml" in written
        assert WORD.encode() not in written
        assert ENCODED.encode() not in written
    kept = b"".join(file.read_bytes() for file in cache.rglob("*") if file.is_file())
    assert kept
    assert WORD.encode() not in kept
    assert ENCODED.encode() not in kept
