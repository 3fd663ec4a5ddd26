"""The levers of a development server: /_poolhouse/, as docs/testing-your-app.md describes them."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen


class PoolhouseError(Exception):
    """The server refused, did not start, or does not answer."""


class Control:
    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}/_poolhouse/{path}", data=data, method=method)
        try:
            with urlopen(request, timeout=30) as response:
                text = response.read()
        except HTTPError as error:
            raise PoolhouseError(_message_in(error.read()) or f"{path} answered {error.code}") from None
        return json.loads(text) if text else None


class Inbox:
    def __init__(self, control: Control) -> None:
        self._control = control

    def messages(self, to: str | None = None, user_pool_id: str | None = None) -> list[dict[str, Any]]:
        """Delivered messages, newest last."""
        query = {"to": to, "userPoolId": user_pool_id}
        return self._control.ask("GET", f"messages?{urlencode({k: v for k, v in query.items() if v is not None})}")

    def wait_for(self, to: str, user_pool_id: str | None = None, timeout: float = 4) -> dict[str, Any]:
        """The newest message to an address, once there is one."""
        deadline = time.monotonic() + timeout
        while True:
            found = self.messages(to, user_pool_id)
            if found:
                return found[-1]
            if time.monotonic() > deadline:
                others = sorted({message["to"] for message in self.messages()})
                seen = f"Messages came to {', '.join(others[:5])}." if others else "None came to anybody."
                raise PoolhouseError(f"No message to {to} came within {timeout} s. {seen}")
            time.sleep(0.02)

    def clear(self) -> None:
        self._control.ask("DELETE", "messages")


class Clock:
    def __init__(self, control: Control) -> None:
        self._control = control

    def now(self) -> datetime:
        return datetime.fromisoformat(self._control.ask("GET", "clock")["now"].replace("Z", "+00:00"))

    def advance(self, by: timedelta) -> None:
        self._control.ask("POST", "clock", {"advance": by.total_seconds()})

    def set(self, to: datetime) -> None:
        self._control.ask("POST", "clock", {"set": to.isoformat()})

    def reset(self) -> None:
        self._control.ask("POST", "clock", {"reset": True})


def _message_in(text: bytes) -> str | None:
    try:
        return json.loads(text).get("message")
    except (ValueError, AttributeError):
        return None
