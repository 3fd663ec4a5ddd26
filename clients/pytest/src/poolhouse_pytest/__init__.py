"""A development server of Poolhouse for tests in Python."""

from .server import Poolhouse, PoolhouseError, start_poolhouse

__all__ = ["Poolhouse", "PoolhouseError", "start_poolhouse"]
