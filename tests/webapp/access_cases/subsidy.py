"""The tegemoetkoming: own amounts for finance staff, everything for the beheerder, figures for everybody."""

from datetime import date

from subsidy.telling import Status
from tests.webapp.access_cases import Case
from usecases.people.roles import Role
from usecases.tegemoetkoming.subsidy import NamedFile

BEHEER = (Role.BEHEERDER,)
READERS = (Role.FINANCIEEL, Role.BEHEERDER)
REGELING = {"regeling": "reiskosten-2024-2026"}
HEAD = (
    "BRIN NUMMER;VESTIGINGSNUMMER;INSTELLINGSNAAM VESTIGING;PLAATSNAAM VESTIGING;PROVINCIE VESTIGING;"
    "ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR;VMBO SECTOR;AFDELING;ELEMENTCODE;OPLEIDINGSNAAM;"
    + ";".join(f"LEER- OF VERBLIJFSJAAR {year} - {sex}" for year in range(1, 7) for sex in ("MAN", "VROUW"))
)


def telling_file(**first_cells: str) -> NamedFile:
    """Return a DUO file 01 with one row per BRIN; each school has its first cell and 110 more pupils."""
    rows = [
        f"{brin[1:]};00;Praktijkschool {brin[1:]};Oostmeer;Flevoland;Praktijkonderwijs alle vj;N.v.t.;N.v.t.;0090;"
        f"Praktijkonderwijs;{cell};" + ";".join(["10"] * 10 + ["10"])
        for brin, cell in first_cells.items()
    ]
    return NamedFile("telling-2023.csv", ("\r\n".join([HEAD, *rows]) + "\r\n").encode())


def two_schools(app):
    """Read in a telling with 99AA00 and 99BB00."""
    cases = app.extensions["stageroute"].tegemoetkoming
    cases.import_telling(telling_file(_99AA="8", _99BB="30"), date(2023, 10, 1), Status.VOORLOPIG, "test")
    return {}


def on_record(app):
    """Put the calculation on record."""
    two_schools(app)
    cases = app.extensions["stageroute"].tegemoetkoming
    regeling = cases.splits.regeling("reiskosten-2024-2026")
    stored = cases.awards.record(regeling, None, by="Anna", on=date(2024, 9, 20))
    return {"own": {"calculation_id": stored.calculation_id}}


def telling(app):
    """Read in a telling and say its number."""
    two_schools(app)
    return {"own": {"telling_id": 1}}


def proposal(app):
    """Propose an override."""
    two_schools(app)
    cases = app.extensions["stageroute"].tegemoetkoming
    found = cases.tellingen.propose_override(
        1, "99AA00", 119, reason="telfout", source="brief", by="Anna", on=date(2024, 1, 1)
    )
    return {"own": {"override_id": found.override_id}}


SCHOOL = {
    "own": {**REGELING, "key": "99AA00"},
    "other": {**REGELING, "key": "99BB00"},
    "setup": "two_schools",
}
CASES = {
    "subsidy.show_own": Case((Role.FINANCIEEL,)),
    "subsidy.show_public": Case(public=True),
    **{
        f"subsidy.{name}": Case(READERS, **SCHOOL)
        for name in (
            "show_school",
            "show_explanation",
            "show_receipt",
            "download_receipt",
            "download_specification",
            "download_school_workbook",
        )
    },
    "subsidy.show_beheer": Case(BEHEER),
    "subsidy.show_regeling": Case(BEHEER, own=REGELING, setup="two_schools"),
    "subsidy.download_split": Case(BEHEER, own={**REGELING, "kind": "csv"}, setup="two_schools"),
    "subsidy.download_whole_receipt": Case(BEHEER, own=REGELING, setup="two_schools"),
    "subsidy.start_specifications": Case(BEHEER, own=REGELING, setup="two_schools"),
    "subsidy.record_calculation": Case(BEHEER, own=REGELING, setup="two_schools"),
    **{
        f"subsidy.{name}": Case(BEHEER, setup="on_record")
        for name in ("take_step", "record_mutation", "record_correction", "settle")
    },
    "subsidy.show_import": Case(BEHEER),
    "subsidy.import_telling": Case(BEHEER),
    "subsidy.show_telling": Case(BEHEER, setup="telling"),
    "subsidy.show_difference": Case(BEHEER, own={"een": 1, "ander": 1}, setup="two_schools"),
    "subsidy.propose_override": Case(BEHEER, setup="telling"),
    "subsidy.decide_override": Case(BEHEER, setup="proposal"),
    "subsidy.show_scenario": Case(BEHEER),
    "subsidy.download_scenario": Case(
        BEHEER, own={"kind": "csv", "budget": "2000000.00", "telling": 1}, setup="two_schools"
    ),
    "subsidy_api.list_regelingen": Case(public=True),
    "subsidy_api.show_school": Case(READERS, **SCHOOL),
    "subsidy_api.show_receipt": Case(READERS, **SCHOOL),
    "subsidy_api.show_split": Case(BEHEER, own=REGELING, setup="two_schools"),
    "subsidy_api.compute_scenario": Case(BEHEER),
    "subsidy_api.verify_receipt": Case(READERS),
    "subsidy_api.record_calculation": Case(BEHEER, own=REGELING, setup="two_schools"),
    "subsidy_api.show_calculation": Case(BEHEER, setup="on_record"),
    "subsidy_api.take_step": Case(BEHEER, setup="on_record"),
}
