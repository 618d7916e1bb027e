"""The image: pinned, without root, and made of files that exist."""

import re
import shlex
from typing import Final

import pytest

from tests.cli.command import ROOT

FILE: Final = ROOT / "deploy" / "Dockerfile"


def instructions() -> list[tuple[str, list[str]]]:
    """Return the instructions in order, continued lines joined."""
    text = re.sub(r"\\\n", " ", FILE.read_text())
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    words = [shlex.split(line, comments=True, posix=False) for line in lines]
    return [(found[0], found[1:]) for found in words if found]


def of(name: str) -> list[list[str]]:
    return [words for found, words in instructions() if found == name]


def test_every_base_image_is_pinned() -> None:
    stages = [words[2] for words in of("FROM") if len(words) == 3]
    assert of("FROM")
    for words in of("FROM"):
        image, colon, tag = words[0].partition(":")
        assert image in stages or (colon and tag != "latest" and re.search(r"\d", tag)), words


def test_the_last_stage_runs_without_root() -> None:
    names = [name for name, _ in instructions()]
    last = len(names) - names[::-1].index("FROM")
    users = [words[0] for name, words in instructions()[last:] if name == "USER"]
    assert users
    user, _, group = users[-1].partition(":")
    assert user.isdigit(), "runAsNonRoot can only be checked for a number"
    assert int(user) >= 1000
    assert int(group) >= 1000


def test_the_user_is_that_of_the_job() -> None:
    (user,) = of("USER")
    assert (
        f"runAsUser: {user[0].partition(':')[0]}\n"
        in (ROOT / "deploy" / "cronjob.yaml").read_text()
    )


def test_everything_that_is_copied_exists() -> None:
    sources = [
        source for words in of("COPY") if not words[0].startswith("--from") for source in words[:-1]
    ]
    assert "auditor" in sources
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_everything_that_the_wheel_needs_is_copied() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    copied = {source for words in of("COPY") for source in words[:-1]}
    assert set(packages) <= copied
    assert project["project"]["readme"] in copied


@pytest.mark.parametrize("name", ["ADD", "MAINTAINER"])
def test_what_fetches_unseen_or_is_outdated_is_not_used(name: str) -> None:
    assert of(name) == []


def test_packages_are_installed_with_hashes_and_without_a_cache() -> None:
    runs = [" ".join(words) for words in of("RUN")]
    installs = [run for run in runs if "pip install" in run]
    assert installs
    for run in installs:
        assert "--no-cache-dir" in run
        assert "--require-hashes" in run or "--no-deps" in run
    for run in runs:
        if "apt-get install" in run:
            assert "--no-install-recommends" in run
            assert "rm -rf /var/lib/apt/lists" in run


def test_the_fonts_and_pages_are_found_by_the_process() -> None:
    (entry,) = of("ENTRYPOINT")
    assert entry == ['["auditor"]']
    paths = [word for words in of("ENV") for word in words if word.startswith("PATH=")]
    assert paths
    assert paths[0].startswith("PATH=/opt/auditor/bin:")
