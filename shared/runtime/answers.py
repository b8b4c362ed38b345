"""How a request is answered: from the ledger, so that a repeat gets the same."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from shared.ledger.port import Appended
from shared.runtime.desk import Desk, Loaded
from shared.runtime.doors import seen_of
from shared.vocabulary.identities import kind_of, thing_of
from shared.wire.codec import to_json


def answer(desk: Desk, appended: Appended, kind: str, status: int, request: Request) -> Response:
    """What a command did, read from the ledger: a repeat answers the same bytes and says that it is one."""
    stored = desk.ledger.read(after=appended.first - 1, limit=appended.last - appended.first + 1)
    main = next((fact.stream for fact in stored if kind_of(fact.stream) == kind), stored[0].stream)
    body = {
        "id": thing_of(main),
        "position": appended.last,
        "versions": dict(sorted(appended.versions.items())),
        "facts": [
            {"stream": f.stream, "version": f.version, "type": f.type, "data": json.loads(f.body)["data"]}
            for f in stored
        ],
    }
    return replied(request, body, status, repeated=appended.repeated, version=appended.versions[main])


def replied(
    request: Request, body: Any, status: int, *, repeated: bool = False, version: int | None = None
) -> Response:
    """An answer with its version and whether it repeats an earlier one."""
    headers = {"Idempotency-Replayed": "true"} if repeated else {}
    headers |= {"ETag": f'"{version}"'} if version is not None else {}
    seen_of(request).log["repeated"] = repeated
    return JSONResponse(body, status, headers)


def shown(it: Loaded, thing: str) -> dict[str, Any]:
    """One thing as its facts have it."""
    return {
        "id": thing,
        "version": it.version,
        "facts": [
            {
                "position": record.position,
                "version": record.version,
                "type": record.fact.TYPE,
                "effective": record.effective.isoformat(),
                "recorded_at": record.recorded_at.isoformat(),
                "actors": to_json(record.context)["actors"],
                "reason": record.context.reason,
                "data": to_json(record.fact),
            }
            for record in it.records
        ],
    }
