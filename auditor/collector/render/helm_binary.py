"""`helm template` of the user's PATH, for a machine without the SDK: nothing but the template."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from auditor.collector.render import helm_values
from auditor.collector.render.failure import NotRendered, unseen, wrong

PATH: Final = "AUDITOR_HELM"
"""Variable in which a worker finds the binary: its own PATH is empty."""
_SOURCE: Final = re.compile(r"^---\n# Source: ([^\n]+)\n", re.MULTILINE)
_MISSING: Final = re.compile(r"missing in charts/ directory: ([\w.-]+)")


def find() -> str:
    """Return the path of `helm`, or an empty text."""
    return os.environ.get(PATH) or shutil.which("helm") or ""


def template(job: Mapping[str, Any], output: int) -> "str | NotRendered":
    """Return what `helm template` prints, or why not; no plugins, configuration or network."""
    binary = find()
    if not binary:
        return unseen("renderer_missing", tool="helm")
    with tempfile.TemporaryDirectory(prefix="helm.") as home, tempfile.TemporaryFile() as out:
        done = subprocess.run(  # noqa: S603 - no shell; arguments are this program's own
            (binary, *_arguments(job, Path(home))),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
            cwd=job["chart"],
            env=_environment(Path(home)),
        )
        size = out.seek(0, os.SEEK_END)
        if size > output:
            return unseen("render_limit", limit="output", bytes=output)
        if done.returncode:
            return _failure(done.stderr.decode("utf-8", "replace"))
        out.seek(0)
        return out.read().decode("utf-8", "replace")


def parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the template's name and text of every document `helm template` printed."""
    found = list(_SOURCE.finditer(text))
    ends = [*(mark.start() for mark in found[1:]), len(text)]
    for mark, end in zip(found, ends, strict=True):
        yield mark[1], text[mark.end() : end]


def _arguments(job: Mapping[str, Any], home: Path) -> Iterator[str]:
    yield from ("template", ".", "--name-template", job["release"])
    if job["namespace"]:
        yield from ("--namespace", job["namespace"])
    if job["kube_version"]:
        yield from ("--kube-version", job["kube_version"])
    for number, file in enumerate(job["values"]):
        written = home / f"{number}.yaml"
        text = json.dumps(file["object"]) if "object" in file else file["text"]
        written.write_text(text, "utf-8")
        yield from ("--values", str(written))
    for name, value, is_text in job["set"]:
        flag = "--set-string" if is_text else "--set"
        yield from (flag, f"{name}={helm_values.escaped(value)}")
    for number, (name, content) in enumerate(job["set_file"]):
        written = home / f"{number}.txt"
        written.write_text(content, "utf-8")
        yield from ("--set-file", f"{name}={written}")
    for version in job["api_versions"]:
        yield from ("--api-versions", version)
    flags = {"--include-crds": job["include_crds"], "--skip-tests": job["skip_tests"]}
    flags["--skip-schema-validation"] = job["skip_schema"]
    yield from (flag for flag, is_set in flags.items() if is_set)


def _environment(home: Path) -> dict[str, str]:
    empty = home / "plugins"
    empty.mkdir()
    kept = {name: os.environ[name] for name in ("HTTP_PROXY", "HTTPS_PROXY") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "TMPDIR": str(home),
        "PATH": "",
        "HELM_PLUGINS": str(empty),
        "HELM_NO_PLUGINS": "1",
        "KUBECONFIG": os.devnull,
        "GOMAXPROCS": "2",
    }


def _failure(said: str) -> NotRendered:
    if (missing := _MISSING.search(said)) is not None:
        name = missing[1]
        return unseen("chart_dependency_not_at_hand", name=name, version="", repository="")
    message = said.removeprefix("Error: ").partition("\n\nUse --debug")[0].strip()
    return wrong("render_failed", message=message)
