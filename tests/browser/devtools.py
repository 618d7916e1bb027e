"""A headless Chromium, spoken to in the DevTools protocol."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
import websocket

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_MOST: Final = 60.0
_ADDRESS: Final = re.compile(r"DevTools listening on (ws://\S+)")


@dataclass(slots=True)
class Tab:
    """A page under observation: what it asked for, and what it complained about."""

    socket: websocket.WebSocket
    session: str
    number: int = 0
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    has_loaded: bool = False

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command and return its result; fail on an error."""
        self.number += 1
        wanted = self.number
        message = {"id": wanted, "method": method, "params": parameters, "sessionId": self.session}
        self.socket.send(json.dumps(message))
        while True:
            answer = self._receive()
            if answer.get("id") == wanted:
                assert "error" not in answer, answer
                result = answer["result"]
                assert isinstance(result, dict)
                return result

    def open(self, url: str, *, has_scripts: bool = True) -> None:
        """Load `url` and wait until it is there."""
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setScriptExecutionDisabled", value=not has_scripts)
        self.call("Page.navigate", url=url)
        while not self.has_loaded:
            self._receive()

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; fail where it throws."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def markup(self) -> str:
        """Return the document as it is now; needs no script in the page."""
        root = self.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        return str(self.call("DOM.getOuterHTML", nodeId=root)["outerHTML"])

    def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv())
        told = message.get("params", {})
        match message.get("method"):
            case "Page.loadEventFired":
                self.has_loaded = True
            case "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(told["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(told["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if told["type"] in ("error", "warning", "assert"):
                self.complaints.append(str(told["args"]))
        return message


@contextmanager
def browser(folder: Path) -> Iterator[websocket.WebSocket]:
    """Start a browser with a profile of its own in `folder`; skip where there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("Chromium is not installed")
    log = folder / "chromium.log"
    command = [
        *(found, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--disable-dev-shm-usage", "--remote-debugging-port=0", "--remote-allow-origins=*"),
        *(f"--user-data-dir={folder / 'profile'}", "--window-size=1280,900", "about:blank"),
    ]
    home = {**os.environ, "HOME": str(folder)}
    with log.open("wb") as stderr, subprocess.Popen(command, stderr=stderr, env=home) as process:
        try:
            socket = websocket.create_connection(_listening(log, process), timeout=_MOST)
            try:
                yield socket
            finally:
                socket.close()
        finally:
            process.terminate()
            process.wait(_MOST)


def _listening(log: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + _MOST
    while time.monotonic() < deadline and process.poll() is None:
        if address := _ADDRESS.search(log.read_text("utf-8", "replace")):
            return address[1]
        time.sleep(0.05)
    pytest.fail(f"the browser did not start: {log.read_text('utf-8', 'replace')[-500:]}")


@contextmanager
def tab(socket: websocket.WebSocket) -> Iterator[Tab]:
    """Open an empty page in a context of its own, and close it again."""
    plain = Tab(socket, "")

    def ask(method: str, **parameters: Any) -> dict[str, Any]:
        plain.number -= 1
        socket.send(json.dumps({"id": plain.number, "method": method, "params": parameters}))
        while (answer := json.loads(socket.recv())).get("id") != plain.number:
            pass
        result = answer["result"]
        assert isinstance(result, dict)
        return result

    target = ask("Target.createTarget", url="about:blank")["targetId"]
    session = ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    try:
        yield Tab(socket, session)
    finally:
        ask("Target.closeTarget", targetId=target)
