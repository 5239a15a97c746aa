"""One line of the append-only log of the partner chain, and the words that may stand in it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class EventKind(StrEnum):
    """What can be written in the log."""

    CONVERSATION = "gesprek"
    AGREEMENT = "overeenkomst"
    REFUSED = "afgewezen"
    NO_RESPONSE = "geen-reactie"
    STEP4_REQUEST = "stap4-aanvraag"
    STEP4_APPROVAL = "stap4-akkoord"


OUTCOMES = (EventKind.CONVERSATION, EventKind.AGREEMENT, EventKind.REFUSED, EventKind.NO_RESPONSE)
REASON_CODES = {
    "geen_capaciteit": "Geen plaats of geen docenten",
    "te_weinig_leerlingen": "Te weinig leerlingen voor een groep",
    "geen_aanbod": "De gevraagde opleiding is er niet",
    "financiering": "Geen akkoord over geld",
    "kwaliteit": "Geen akkoord over onderwijs of examens",
    "afstand": "Te ver voor leerlingen of docenten",
    "beleid": "Past niet in het beleid van de mbo",
    "anders": "Anders, zie de toelichting",
}


@dataclass(frozen=True, slots=True)
class ChainEvent:
    """One line of the log; never changed, never removed.

    Parameters
    ----------
    contacted_on, outcome_on
        Day of the attempt and day of its outcome.
    by
        Who did or decided it, as shown in the dossier.
    step
        Step of the partner when the line was written.
    """

    kind: EventKind
    contacted_on: date
    outcome_on: date
    by: str
    note: str
    partner_id: str | None = None
    partner_name: str = ""
    step: int | None = None
    reason_code: str = ""
    document: str = ""
