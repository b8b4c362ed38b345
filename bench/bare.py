"""`python -m bench.bare DATABASE PORT`: the baseline of intake, an interface that checks a body and inserts one row."""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import create_engine, text

_INSERT = text(
    "insert into bare (community, serious, words, place) values (:community, :serious, :words, :place)"
)


class Report(BaseModel):
    """What a channel reports."""

    community: str
    serious: bool
    words: str
    place: str


def application(database: str) -> FastAPI:
    """One route, run in a pool of threads as ours are."""
    engine, app = create_engine(database), FastAPI()
    with engine.begin() as tx:
        tx.exec_driver_sql(
            "create table if not exists bare (community text, serious boolean, words text, place text)"
        )

    @app.post("/reports", status_code=201)
    def report(ask: Report) -> dict[str, str]:
        with engine.begin() as tx:
            tx.execute(_INSERT, ask.model_dump())
        return {"community": ask.community}

    return app


if __name__ == "__main__":
    uvicorn.run(application(sys.argv[1]), port=int(sys.argv[2]), log_level="warning", access_log=False)
