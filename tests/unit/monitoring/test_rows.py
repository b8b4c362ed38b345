"""Whoever adds a read model says which rows are whose, or it would be compared by nobody."""

from __future__ import annotations

from services.oversight.rows import ROWS
from services.oversight.views import read_models
from shared.ledger.memory import MemoryLedger
from shared.runtime.law_files import load_law
from tests.unit.oversight.town import Hands


def test_every_read_model_says_which_rows_belong_to_a_stream() -> None:
    models = read_models(MemoryLedger("t-1", Hands().now), load_law())
    assert {model.name for model in models} == set(ROWS)
