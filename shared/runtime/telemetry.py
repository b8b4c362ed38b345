"""Logs: one structured line per event, JSON in production and readable in a terminal, everything through one door.

No personal data: keys that may hold it are dropped wherever they are nested, and an exception's message is shown only
when its class promises (`log_safe`) that it holds none; its type and the places it passed always are.
"""

import logging
import os
import re
import secrets
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.runtime import metrics

SECRET_KEYS = frozenset(
    {
        "token",
        "authorization",
        "cookie",
        "password",
        "secret",
        "reporter",
        "reporter_name",
        "phone",
        "id_number",
        "tracking_number",
    }
)
TRACE = "trace"
_TRACE_FORM = re.compile(r"[0-9a-f]{32}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
# Libraries whose ordinary chatter holds addresses, paths with tracking numbers, or statements with their values.
_QUIET = ("uvicorn.access", "sqlalchemy", "httpx2", "httpcore2", "alembic", "asyncio")
# Its lines come by the dozen a second while a broker is away; what matters of them is in our own.
_MUTE = ("kafka",)
_OWN_HANDLERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "temporalio")
_FRAMES_SHOWN = 12


def new_trace() -> str:
    """A trace id in the W3C form: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def trace_from(traceparent: str | None) -> str:
    """The trace id of a caller's `traceparent` header, or a new one when it has none that is well formed."""
    found = _TRACEPARENT.fullmatch(traceparent or "")
    return found[1] if found and set(found[1]) != {"0"} else new_trace()


def current_trace() -> str:
    """The trace id bound to what runs now; a new one, bound, when there is none."""
    bound = structlog.contextvars.get_contextvars().get(TRACE)
    if isinstance(bound, str) and _TRACE_FORM.fullmatch(bound):
        return bound
    fresh = new_trace()
    structlog.contextvars.bind_contextvars(**{TRACE: fresh})
    return fresh


@contextmanager
def traced(trace: str | None = None, **fields: object) -> Iterator[str]:
    """Bind a trace id, and more, to every line logged inside; what was bound before comes back after."""
    bound = trace or new_trace()
    with structlog.contextvars.bound_contextvars(**{TRACE: bound}, **fields):
        yield bound


def drop_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave out every key that may hold personal data or a credential, at any depth."""
    return {key: _clean(value) for key, value in event.items() if not _is_secret(key)}


def _is_secret(key: object) -> bool:
    return isinstance(key, str) and key.lower().replace("-", "_") in SECRET_KEYS


def _clean(value: object) -> object:
    match value:
        case Mapping():
            return {key: _clean(inner) for key, inner in value.items() if not _is_secret(key)}
        case list() | tuple():
            return [_clean(inner) for inner in value]
        case _:
            return value


def describe_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Turn `exc_info` into types and places; messages only where their class says that they are safe."""
    info = event.pop("exc_info", None)
    error = _exception_of(info)
    if error is not None:
        event["error"] = [_one_error(each) for each in _chain(error)]
        event["at"] = _places(error.__traceback__)
    return event


def count_alarms(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Count the lines that ask for a person, by the name of their event."""
    if event.get("alarm"):
        metrics.ALARMS.labels(event["event"]).inc()
    return event


def _exception_of(info: object) -> BaseException | None:
    match info:
        case BaseException():
            return info
        case (_, BaseException() as error, _):
            return error
        case True:
            return sys.exc_info()[1]
        case _:
            return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _one_error(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(error, OSError):
        return f"{name}: {error.strerror or error.errno or ''}".rstrip(": ")
    return f"{name}: {error}" if getattr(error, "log_safe", False) else name


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_FRAMES_SHOWN:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _shared() -> list[Processor]:
    """What happens to our own lines and to those of the standard library alike."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_exception,
        drop_secrets,
    ]


def _plain_stdlib(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A library's line becomes an event `library` with its words in `message`."""
    record = event.get("_record")
    if record is not None:
        event["message"], event["event"] = event["event"], "library"
    return event


def configure(
    service: str = "bihuan",
    *,
    as_json: bool | None = None,
    level: str = "INFO",
    out: TextIO | None = None,
) -> None:
    """Set up logging for this process; JSON unless `out` (stderr) is a terminal, or as told."""
    stream = out or sys.stderr
    json_lines = not stream.isatty() if as_json is None else as_json
    structlog.reset_defaults()
    structlog.configure(
        processors=[count_alarms, *_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_shared(), _plain_stdlib],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _named(service),
                _json_renderer() if json_lines else structlog.dev.ConsoleRenderer(colors=_colours(stream)),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _OWN_HANDLERS:  # whoever brought handlers of their own uses ours
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _MUTE:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _named(service: str) -> Processor:
    def add(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {"service": service, **event}

    return add


def _json_renderer() -> Processor:
    return structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=False, default=str)


def _colours(stream: TextIO) -> bool:
    """NO_COLOR is for everybody: https://no-color.org."""
    return stream.isatty() and not os.environ.get("NO_COLOR")
