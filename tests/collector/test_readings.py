"""What was read of files, remembered by blob: the same with, without and with a damaged cache."""

from pathlib import Path

import pytest

from auditor.collector import manifests
from auditor.collector.cache import Cache
from auditor.collector.git import GitOptions, RepositorySpec
from auditor.collector.manifests import TreeReading
from auditor.collector.readings import read_all
from auditor.collector.repository import open_repository
from tests.collector.git_support import URL, application, commit, config_map, repository

TWICE = (
    "kind: AppProject\napiVersion: argoproj.io/v1alpha1\nmetadata: {name: p, name: q}\nspec: {}\n"
)
FILES: dict[str, str | bytes] = {
    "apps/a.yaml": application("a", "x") + "\n---\n" + application("b", "y"),
    "apps/broken.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: [\n",
    "apps/other.yaml": config_map("not kept"),
    "projects/p.yaml": TWICE,
    "projects/templated.yaml": "kind: AppProject\napiVersion: argoproj.io/v1alpha1\n{{ x }}: [\n",
    "bytes.yaml": b"kind: \xff\napiVersion: v1\n",
    "patch.yaml": "kind: Application\napiVersion: argoproj.io/v1alpha1\nmetadata: {name: a}\n",
}


class Counter:
    """Reads files, and remembers which."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def read(self, path: str, data: bytes, reading: TreeReading) -> None:
        """Read one file."""
        self.paths.append(path)
        manifests._file(path, data, reading)


def reading_of(path: Path, cache: Cache | None) -> tuple[TreeReading, list[str]]:
    with open_repository(RepositorySpec(URL, path), GitOptions(), path) as opened:
        tree, counter = opened.tree, Counter()

        def fresh() -> TreeReading:
            return TreeReading(URL, tree.commit)

        reading = fresh()
        read_all(
            tree,
            sorted(tree.entries),
            reading,
            fresh=fresh,
            read_file=counter.read,
            cache=cache,
        )
    return reading, counter.paths


def test_files_that_did_not_change_are_not_read_again(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", FILES)
    plain, _ = reading_of(path, None)
    assert len(plain.manifests) == 3
    assert len(plain.gaps) == 2
    assert (plain.templated, plain.fragments, len(plain.duplicate_keys)) == (1, 1, 1)
    first, read = reading_of(path, Cache(tmp_path / "c"))
    assert first == plain
    assert len(read) == len(FILES)
    second, read = reading_of(path, Cache(tmp_path / "c"))
    assert second == plain
    assert read == []


def test_folder_with_another_file_is_read_again_and_names_the_new_commit(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", FILES)
    reading_of(path, Cache(tmp_path / "c"))
    commit(path, {"apps/a.yaml": application("c", "x")})
    found, read = reading_of(path, Cache(tmp_path / "c"))
    assert found == reading_of(path, None)[0]
    assert read == ["apps/a.yaml", "apps/broken.yaml", "apps/other.yaml"]


@pytest.mark.parametrize("harm", ["truncated", "lie", "number"])
def test_damaged_entry_is_read_again(tmp_path: Path, harm: str) -> None:
    path = repository(tmp_path / "r", FILES)
    cache = Cache(tmp_path / "c")
    reading_of(path, cache)
    for entry in [found for found in (tmp_path / "c").rglob("*") if found.is_file()]:
        name = entry.parent.name + entry.name
        match harm:
            case "truncated":
                entry.write_bytes(entry.read_bytes()[:40])
            case "lie":
                cache.put(name, {**cache.get(name), "counts": {}})
            case _:
                cache.put(name, {**cache.get(name), "manifests": [1]})
    found, read = reading_of(path, cache)
    assert found == reading_of(path, None)[0]
    assert len(read) == len(FILES)


def test_number_that_cannot_be_kept_is_read_each_time(tmp_path: Path) -> None:
    text = TWICE.replace("spec: {}", f"spec: {{x: {2**70}}}")
    path = repository(tmp_path / "r", {"a.yaml": text, "d/b.yaml": application("b")})
    plain, _ = reading_of(path, None)
    reading_of(path, Cache(tmp_path / "c"))
    found, read = reading_of(path, Cache(tmp_path / "c"))
    assert found == plain
    assert read in (["a.yaml"], [])
