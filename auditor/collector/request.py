"""One question to the API server: time-outs, retries, back-off, and nothing said of credentials."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Event, Lock
from typing import Any, Final, TypeVar

import msgspec

from auditor.collector import refusal
from auditor.collector.connection import Connection
from auditor.collector.plan import Plan
from auditor.collector.progress import Progress
from auditor.collector.refusal import Refused

T = TypeVar("T")

JSON: Final = "application/json"
_AGENT: Final = "argocd-auditor"
_CONNECTING: Final = 5.0
_FIRST_WAIT: Final = 0.25
_LOST_IN_A_ROW: Final = 3


@dataclass(frozen=True, slots=True)
class Call:
    """One request; `about` goes into the gap if it is refused."""

    path: str
    about: Mapping[str, str] = field(default_factory=dict)
    """`verb`, `group`, `resource`, `kind`, `namespace`, and `name` where one is asked for."""
    query: Mapping[str, str] = field(default_factory=dict)
    accept: str = JSON
    body: Mapping[str, Any] | None = None
    """Only reviews have one: they are posted, and change nothing."""


class Caller:
    """Asks one API server, a bounded number of questions at a time, and counts them."""

    def __init__(self, connection: Connection, plan: Plan) -> None:
        self.connection = connection
        self.plan = plan
        self.calls = 0
        self.server_time: datetime | None = None
        self.clock_skew = 0.0
        self._lost = 0
        self._lock = Lock()
        self._stop = Event()
        self._threads = ThreadPoolExecutor(max(1, plan.concurrency), "collector")

    def ask(self, call: Call, attempts: int = 0) -> dict[str, Any] | Refused:
        """Return the decoded answer, or why there is none after `attempts` (0: as planned)."""
        attempts = attempts or max(1, self.plan.attempts)
        attempt = 0
        while True:
            attempt += 1
            answer = self._once(call)
            if not isinstance(answer, Refused):
                self._lost = 0
                return answer
            wait = answer.after or _FIRST_WAIT * 2 ** (attempt - 1)
            if self._is_final(answer, attempt, attempts, wait) or self._stop.wait(wait):
                self._lost = self._lost + 1 if answer.is_lost else 0
                return answer

    def each(self, tasks: Sequence[Callable[[], T]], progress: Progress) -> list[T]:
        """Run `tasks` side by side; return what they returned, in their order."""
        started = [self._threads.submit(task) for task in tasks]
        done: list[T] = []
        for task in started:
            done.append(task.result())
            progress.advance()
        return done

    def close(self) -> None:
        """Start nothing more; wait only for the requests that are in flight."""
        self._stop.set()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self.connection.client.rest_client.pool_manager.clear()

    def _is_final(self, answer: Refused, attempt: int, attempts: int, wait: float) -> bool:
        if not answer.is_passing or attempt >= attempts:
            return True
        if answer.is_lost and self._lost >= _LOST_IN_A_ROW:
            return True
        # a second full time-out says all that a fourth would
        is_tired = answer.gap.code == "timed_out" and attempt > 1
        return is_tired or wait > self.plan.patience.total_seconds()

    def _once(self, call: Call) -> dict[str, Any] | Refused:
        from urllib3 import Timeout  # noqa: PLC0415 - comes with the client
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        seconds = self.plan.timeout.total_seconds()
        client = self.connection.client
        headers = {"Accept": call.accept, "Accept-Encoding": "gzip", "User-Agent": _AGENT}
        for setting in client.configuration.auth_settings().values():
            if setting["in"] == "header" and setting["value"]:
                headers[setting["key"]] = setting["value"]
        body = None if call.body is None else msgspec.json.encode(call.body)
        with self._lock:
            self.calls += 1
        try:
            answer = client.rest_client.pool_manager.request(
                "GET" if body is None else "POST",
                str(client.configuration.host).rstrip("/") + call.path,
                fields=dict(call.query) if body is None else None,
                body=body,
                headers=headers if body is None else {**headers, "Content-Type": JSON},
                timeout=Timeout(connect=min(_CONNECTING, seconds), read=seconds),
                retries=False,
                redirect=False,
            )
        except (HTTPError, OSError) as error:
            return refusal.of_error(call.about, error)
        self._note_clock(answer.headers)
        if not 200 <= answer.status <= 299:
            return refusal.of_answer(call.about, answer.status, answer.headers, answer.data)
        return _decoded(call, answer.status, answer.data)

    def _note_clock(self, headers: Mapping[str, str]) -> None:
        """Keep the first Date header, and how far it is ahead of the clock here, in seconds."""
        if self.server_time is not None:
            return
        try:
            there = parsedate_to_datetime(headers.get("Date", ""))
        except ValueError:
            return
        self.server_time = there if there.tzinfo else there.replace(tzinfo=UTC)
        # the header leaves out the part of a second, half a one on average
        self.clock_skew = (self.server_time - datetime.now(UTC)).total_seconds() + 0.5


@contextmanager
def calling(connection: Connection, plan: Plan) -> Iterator[Caller]:
    """Give a Caller; nothing of it runs on when the block is left, however it is left."""
    caller = Caller(connection, plan)
    try:
        yield caller
    finally:
        caller.close()


def _decoded(call: Call, status: int, body: bytes) -> dict[str, Any] | Refused:
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return refusal.of_nonsense(call.about, status, str(error))
    if not isinstance(answer, dict):
        return refusal.of_nonsense(call.about, status, type(answer).__name__)
    return answer
