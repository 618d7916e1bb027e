"""A process of its own that renders one source after another and may be killed at any moment.

It reads and writes messages of MessagePack behind a length of eight bytes. Its first argument is
the memory limit and its second the limit of output, both in bytes.
"""

import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import IO, Any, Final

import msgspec

from auditor.collector.render import (
    directory_engine,
    helm_engine,
    helm_remarks,
    kustomize_engine,
    plain_secrets,
)
from auditor.collector.render.failure import NotRendered, starved, unseen

_PATIENCE: Final = 7.0
"""Seconds; a slower chart is not rendered again, so that its first output is not lost."""
Engine = Callable[[Mapping[str, Any], int], list[dict[str, Any]]]
ENGINES: Final[Mapping[str, Engine]] = {
    "Helm": helm_engine.render,
    "Kustomize": kustomize_engine.render,
    "Directory": directory_engine.render,
}


def main() -> None:
    """Answer requests until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    # What a renderer prints must not get between the answers.
    os.dup2(2, 1)
    memory, output = int(sys.argv[1]), int(sys.argv[2])
    _limit(memory, output)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    while (job := receive(sys.stdin.buffer)) is not None:
        send(answers, _answer(job, output))


def receive(stream: IO[bytes]) -> Any:
    """Return the next message, or None at the end of the stream."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    return msgspec.msgpack.decode(stream.read(int.from_bytes(head)))


def send(stream: IO[bytes], message: Any) -> None:
    """Write one message."""
    body = msgspec.msgpack.encode(message)
    stream.write(len(body).to_bytes(8))
    stream.write(body)
    stream.flush()


def _answer(job: Mapping[str, Any], output: int) -> dict[str, Any]:
    try:
        started = time.monotonic()
        objects = ENGINES[job["type"]](job, output)
        is_slow = time.monotonic() - started > _PATIENCE
        return {"objects": objects, **_remarks(job, objects, output, is_slow=is_slow)}
    except NotRendered as failure:
        return {"error": failure.record}
    except MemoryError:
        return {"error": starved().record}


def _remarks(
    job: Mapping[str, Any], objects: list[dict[str, Any]], output: int, *, is_slow: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if job["type"] == "Helm":
        render = _refuse if is_slow else helm_engine.render
        found = helm_remarks.remarks(job, objects, output, render)
    # after the others, which compare the objects as they came
    plain_secrets.remark(job, objects)
    return found


def _refuse(_job: Mapping[str, Any], _output: int) -> list[dict[str, Any]]:
    raise unseen("render_limit", limit="time", seconds=int(_PATIENCE))


def _end_with(parent: int) -> None:
    """End this process and what it started once nobody waits for it any more."""
    while os.getppid() == parent:
        time.sleep(1)
    os.killpg(0, signal.SIGKILL)


def _limit(memory: int, output: int) -> None:
    # Go reserves far more address space than it uses; RLIMIT_DATA counts what is writable.
    for kind, value in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_FSIZE, 2 * output),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (soft, soft))


if __name__ == "__main__":
    main()
