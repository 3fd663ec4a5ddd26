"""Starts a development server, with a database and a folder of its own, and ends it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from .client import Clock, Control, Inbox, PoolhouseError

command = "npx --no-install poolhouse dev"


class Poolhouse:
    """A server that runs. `stop` ends it, if it was started here."""

    def __init__(self, url: str, region: str = "us-east-1") -> None:
        self.url = url.rstrip("/")
        self.region = region
        self._control = Control(self.url)
        self.inbox = Inbox(self._control)
        self.clock = Clock(self._control)
        self._seed: dict[str, Any] | None = None

    @property
    def boto3(self) -> dict[str, str]:
        """Arguments for `boto3.client('cognito-idp', …)`."""
        return {
            "endpoint_url": self.url,
            "region_name": self.region,
            "aws_access_key_id": "local",
            "aws_secret_access_key": "local",
        }

    def fail(self, operation: str, **fault: Any) -> None:
        """Makes an operation fail (`type=`, `message=`), or late (`delay=` in milliseconds), as often as `times=` says."""
        self._control.ask("POST", "faults", {"operation": operation, **fault})

    def clear_failures(self) -> None:
        self._control.ask("DELETE", "faults")

    def seed(self, seed: Mapping[str, Any] | str | os.PathLike[str]) -> None:
        """Applies a seed, or a seed file; `reset` goes back to the first."""
        read = dict(seed) if isinstance(seed, Mapping) else json.loads(Path(seed).read_text(encoding="utf-8"))
        self._control.ask("POST", "seed", read)
        if self._seed is None:
            self._seed = read

    def reset(self) -> None:
        """Deletes every pool, empties the inbox, resets clock and failures, and applies the seed again."""
        self._control.ask("POST", "reset", {})
        if self._seed is not None:
            self._control.ask("POST", "seed", self._seed)

    def stop(self) -> None:
        pass


class _Started(Poolhouse):
    def __init__(self, url: str, region: str, process: subprocess.Popen[bytes], folder: str) -> None:
        super().__init__(url, region)
        self._process = process
        self._folder = folder

    def stop(self) -> None:
        _end(self._process)
        shutil.rmtree(self._folder, ignore_errors=True)


def start_poolhouse(environment: Mapping[str, str] | None = None, patience: float = 90) -> Poolhouse:
    """The server at POOLHOUSE_URL where that is set, or a new one on a free port."""
    running = os.environ.get("POOLHOUSE_URL")
    if running:
        return Poolhouse(running)
    port = _free_port()
    folder = tempfile.mkdtemp(prefix="poolhouse-")
    region = (environment or {}).get("POOLHOUSE_REGION", "us-east-1")
    with open(Path(folder) / "output.log", "wb") as output:
        process = subprocess.Popen(
            shlex.split(os.environ.get("POOLHOUSE_COMMAND", command)),
            env={
                **os.environ,
                "POOLHOUSE_LOG_LEVEL": "error",
                **(environment or {}),
                "POOLHOUSE_PORT": str(port),
                "POOLHOUSE_DATA_DIR": str(Path(folder) / "data"),
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    started = _Started(f"http://localhost:{port}", region, process, folder)
    deadline = time.monotonic() + patience
    while not _is_ready(started.url):
        if process.poll() is not None or time.monotonic() > deadline:
            said = (Path(folder) / "output.log").read_text(encoding="utf-8", errors="replace")[-4000:]
            started.stop()
            raise PoolhouseError(f"Poolhouse did not start:\n{said}")
        time.sleep(0.05)
    return started


def _is_ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/health", timeout=5) as response:
            return response.status == 200
    except (URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _end(process: subprocess.Popen[bytes]) -> None:
    for way in (signal.SIGINT, signal.SIGKILL):
        if process.poll() is not None:
            return
        try:
            os.killpg(process.pid, way)
            process.wait(timeout=20)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
