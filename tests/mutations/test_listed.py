"""The list of mutations keeps up with the code: each can still be made, and its test is still there."""

from __future__ import annotations

import pytest

from tests.mutations.__main__ import ROOT, Mutation, listed


@pytest.mark.parametrize("mutation", listed(), ids=lambda mutation: mutation.promise)
def test_a_listed_mutation_can_be_made_and_names_a_test(mutation: Mutation) -> None:
    for change in mutation.changes:
        assert (ROOT / change["file"]).read_text("utf-8").count(change["old"]) == 1, change["file"]
    named = mutation.test.split()[0].partition("::")[0]
    assert not named.startswith("tests/") or (ROOT / named).exists()
