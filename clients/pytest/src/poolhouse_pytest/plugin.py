"""The fixtures. pytest finds them by the entry point `pytest11`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from .server import Poolhouse, start_poolhouse


@pytest.fixture(scope="session")
def poolhouse_seed() -> Mapping[str, Any] | str | None:
    """What the server begins with; override it."""
    return None


@pytest.fixture(scope="session")
def poolhouse_environment() -> Mapping[str, str]:
    """Further settings of the server; override it."""
    return {}


@pytest.fixture(scope="session")
def poolhouse(
    poolhouse_seed: Mapping[str, Any] | str | None, poolhouse_environment: Mapping[str, str]
) -> Iterator[Poolhouse]:
    """One server for the whole run."""
    server = start_poolhouse(poolhouse_environment)
    try:
        if poolhouse_seed is not None:
            server.seed(poolhouse_seed)
        yield server
    finally:
        server.stop()


@pytest.fixture
def fresh_poolhouse(poolhouse: Poolhouse) -> Poolhouse:
    """The server of the run, as it was at its beginning."""
    poolhouse.reset()
    return poolhouse
