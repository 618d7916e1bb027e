"""Worker processes: each renders in its own address space, under limits, and dies when it must."""

import contextlib
import os
import queue
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeGuard

import msgspec

from auditor.collector.cache import Cache
from auditor.collector.git_options import RenderLimits
from auditor.collector.render import helm_binary
from auditor.collector.render.failure import NotRendered, unseen
from auditor.collector.render.worker import send
from auditor.snapshot import redact

_MODULE: Final = "auditor.collector.render.worker"
_NOWHERE: Final = "http://127.0.0.1:9"
"""A proxy that never answers: renderers have no business on the network."""
_STARVED: Final = (
    b"out of memory",
    b"MemoryError",
    b"cannot allocate memory",
    b"bad_alloc",
    b"memory allocation error",
    b"cannot map pages",
    b"pthread_create failed",
)
_READ: Final = 1 << 20


class Pool:
    """As many workers as asked for, started when they are needed; use it in a `with`."""

    def __init__(self, workers: int, limits: RenderLimits, scratch: Path) -> None:
        self._free: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._all = [Worker(limits, scratch) for _ in range(max(workers, 1))]
        self._caches: dict[str, Cache] = {}
        for worker in self._all:
            self._free.put(worker)

    def __enter__(self) -> "Pool":  # noqa: PYI034 - never subclassed
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._all:
            worker.stop()
        for cache in self._caches.values():
            cache.trim()

    def run(self, jobs: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Yield the answer to each job in order: `{"objects": …}` or `{"error": …}`.

        A job may hold `cache`: the folder of a cache and the name of its answer there.
        """
        threads = ThreadPoolExecutor(len(self._all))
        try:
            yield from threads.map(self._one, jobs)
        except BaseException:
            # Whoever interrupts does not want to wait for what is under way.
            for worker in self._all:
                worker.kill()
            raise
        finally:
            threads.shutdown(cancel_futures=True)

    def _one(self, job: Mapping[str, Any]) -> Mapping[str, Any]:
        if "cache" not in job:
            return self._asked(job)
        folder, name = job["cache"]
        cache = self._caches.setdefault(folder, Cache(Path(folder)))
        kept = cache.get(name)
        if _is_answer(kept):
            return kept
        answer = self._asked({key: value for key, value in job.items() if key != "cache"})
        # Failures name places of this run; what was too slow to repeat may be faster next time.
        if "error" not in answer and "unrepeated" not in answer:
            cache.put(name, {**answer, "objects": [_bare(entry) for entry in answer["objects"]]})
        return answer

    def _asked(self, job: Mapping[str, Any]) -> Mapping[str, Any]:
        worker = self._free.get()
        try:
            return worker.ask(job)
        finally:
            self._free.put(worker)


def _bare(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object without what must not lie on a disk."""
    return {**entry, "manifest": redact.manifest(entry["manifest"])}


def _is_answer(kept: Any) -> TypeGuard[dict[str, Any]]:
    objects = kept.get("objects") if isinstance(kept, dict) else None
    return isinstance(objects, list) and all(
        isinstance(entry, dict)
        and isinstance(entry.get("template"), str)
        and isinstance(entry.get("manifest"), dict)
        for entry in objects
    )


class Worker:
    """One process; it is replaced after every death."""

    def __init__(self, limits: RenderLimits, scratch: Path) -> None:
        self._limits = limits
        self._scratch = scratch
        self._process: subprocess.Popen[bytes] | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `stop`

    def ask(self, job: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the worker's answer, or the error of one that had to be stopped."""
        try:
            process = self._started()
            if process.stdin is None:
                raise self._death()
            with contextlib.suppress(BrokenPipeError):
                send(process.stdin, job)
            answer: Mapping[str, Any] = msgspec.msgpack.decode(self._message(process))
        except NotRendered as failure:
            self.kill()
            return {"error": failure.record}
        return answer

    def stop(self) -> None:
        """End the process and whatever it started."""
        self.kill()
        self._said.close()

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            home = self._scratch / "home"
            home.mkdir(exist_ok=True)
            self._said.seek(0)
            self._said.truncate()
            limits = (str(self._limits.memory), str(self._limits.output))
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                (sys.executable, "-m", _MODULE, *limits),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                cwd=home,
                env=_environment(home),
                start_new_session=True,
            )
        return self._process

    def _message(self, process: "subprocess.Popen[bytes]") -> bytes:
        deadline = time.monotonic() + self._limits.time.total_seconds()
        head = self._bytes(process, 8, deadline)
        size = int.from_bytes(head)
        # Objects take less room than their text; more than twice the limit is no honest answer.
        if size > 2 * self._limits.output:
            raise unseen("render_limit", limit="output", bytes=self._limits.output)
        return self._bytes(process, size, deadline)

    def _bytes(self, process: "subprocess.Popen[bytes]", size: int, deadline: float) -> bytes:
        if process.stdout is None:
            raise self._death()
        pipe = process.stdout.fileno()
        parts: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while size:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    seconds = int(self._limits.time.total_seconds())
                    raise unseen("render_limit", limit="time", seconds=seconds)
                part = os.read(pipe, min(size, _READ))
                if not part:
                    raise self._death()
                parts.append(part)
                size -= len(part)
        return b"".join(parts)

    def _death(self) -> NotRendered:
        if self._process is not None:
            self._process.wait()
        self._said.seek(0)
        said = self._said.read(_READ)
        if any(word in said for word in _STARVED):
            return unseen("render_limit", limit="memory", bytes=self._limits.memory)
        lines = said.decode("utf-8", "replace").strip().splitlines()
        return unseen("renderer_crashed", message=lines[-1][:200] if lines else "")

    def kill(self) -> None:
        """End the process at once; the next request starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _environment(home: Path) -> dict[str, str]:
    kept = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "HELM_C_LIB", "SYSTEMROOT")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        helm_binary.PATH: helm_binary.find(),
        "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path),
        "HOME": str(home),
        "TMPDIR": str(home),
        "PATH": str(home),
        "LANG": "C.UTF-8",
        "GOMAXPROCS": "2",
        "HTTP_PROXY": _NOWHERE,
        "HTTPS_PROXY": _NOWHERE,
        "ALL_PROXY": _NOWHERE,
    }
