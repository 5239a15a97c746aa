"""Where the outcome of long work is to be seen, per kind of job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for

from usecases.stages.groups import KIND as PROPOSAL
from usecases.travel.networks import BUILD
from usecases.work.imports import CHECK, SAVE

Values = Mapping[str, Any]


def _run(params: Values, _result: Values) -> str:
    return url_for("imports.show_run", run_id=int(params["run"]))


def _network(params: Values, _result: Values) -> str:
    return url_for("networks.show_network", name=params["name"])


def _proposal(_params: Values, result: Values) -> str | None:
    return url_for("proposals.show_proposal", proposal_id=str(result["proposal"])) if "proposal" in result else None


#: From (params, result) of a job that is done to the address of its outcome.
OUTCOMES: Mapping[str, Callable[[Values, Values], str | None]] = {
    CHECK: _run,
    SAVE: _run,
    BUILD: _network,
    PROPOSAL: _proposal,
}
