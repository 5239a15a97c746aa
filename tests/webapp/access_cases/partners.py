"""The chain, agreements, the region on the map, what if, and the landkaart."""

from datetime import date

from tests.webapp.access_cases import Case
from usecases.people.roles import Role

COORDINATOR = (Role.STAGECOORDINATOR,)
BEHEER = (Role.BEHEERDER,)
CHAIN_READERS = (Role.STAGECOORDINATOR, Role.NETWERKCOORDINATOR, Role.BEHEERDER)
REGION_READERS = (Role.NETWERKCOORDINATOR, Role.BEHEERDER)
SCHOOL = {"own": {"code": "99AA00"}, "other": {"code": "99BB00"}}
REGION = {"own": {"region": "merenveld-noord"}, "other": {"region": "merenveld-zuid"}}


def an_agreement_of_each_school(app):
    """One agreement of 99AA and one of 99BB with the same mbo."""
    from data.agreement_store import AgreementStore
    from data.tables.partners import MboInstitution
    from matching.partners.agreement import Agreement
    from matching.partners.model import Period

    services = app.extensions["stageroute"]
    numbers = {}
    with services.database.write() as session:
        session.add(MboInstitution(partner_id="99MA", name="ROC Merenveld", bekostigd=True))
        session.flush()
        for brin in ("99AA", "99BB"):
            new = Agreement(
                "",
                "99MA",
                "ROC Merenveld",
                (brin,),
                ("25254",),
                Period(date(2026, 8, 1), date(2027, 7, 31)),
                "elementen-2021",
            )
            numbers[brin] = AgreementStore(session).add(new, by="test", at=services.clock())
    return {"own": {"agreement_id": numbers["99AA"]}, "other": {"agreement_id": numbers["99BB"]}}


def a_report_of_each_region(app):
    """One self-report in merenveld-noord and one in merenveld-zuid."""
    fields = {"title": "Samen", "schools": "S", "partner": "P", "description": "D"}
    report = app.extensions["stageroute"].partners.landkaart.report
    own = report({**fields, "region": "merenveld-noord"}, ["groen"], ["B"], "idee")
    other = report({**fields, "region": "merenveld-zuid"}, ["groen"], ["B"], "idee")
    return {"own": {"record_id": int(own)}, "other": {"record_id": int(other)}}


CASES = {
    "partners.show_own": Case(COORDINATOR),
    "partners.show_chain": Case(CHAIN_READERS, **SCHOOL),
    "partners.show_log": Case(
        COORDINATOR, own={"code": "99AA00", "partner_id": "X"}, other={"code": "99BB00", "partner_id": "X"}
    ),
    "partners.log_attempt": Case(
        COORDINATOR, own={"code": "99AA00", "partner_id": "X"}, other={"code": "99BB00", "partner_id": "X"}
    ),
    "partners.ask_step4": Case(COORDINATOR, **SCHOOL),
    "partners.approve_step4": Case(BEHEER, **SCHOOL),
    "partners.download_dossier": Case(
        CHAIN_READERS, own={"code": "99AA00", "form": "json"}, other={"code": "99BB00", "form": "json"}
    ),
    "partners.show_policy": Case(BEHEER),
    "partners.set_policy": Case(BEHEER),
    "agreements.show_new": Case(COORDINATOR, **SCHOOL),
    "agreements.make": Case(COORDINATOR, **SCHOOL),
    "agreements.show": Case((Role.STAGECOORDINATOR, Role.BEHEERDER), setup="an_agreement_of_each_school"),
    "agreements.fill": Case(COORDINATOR, setup="an_agreement_of_each_school"),
    "agreements.sign": Case(COORDINATOR, setup="an_agreement_of_each_school"),
    "agreements.end": Case(COORDINATOR, setup="an_agreement_of_each_school"),
    "region.show_own": Case(REGION_READERS),
    "region.show_all": Case(REGION_READERS),
    "region.download_all": Case(REGION_READERS),
    "region.show": Case(REGION_READERS, **REGION),
    "region.show_features": Case(REGION_READERS, **REGION),
    "region.show_gemeente": Case(
        REGION_READERS,
        own={"region": "merenveld-noord", "code": "9801"},
        other={"region": "merenveld-zuid", "code": "9802"},
    ),
    "region.download": Case(
        REGION_READERS,
        own={"region": "merenveld-noord", "form": "csv"},
        other={"region": "merenveld-zuid", "form": "csv"},
    ),
    "whatif.show": Case(REGION_READERS, **REGION),
    "whatif.add_change": Case(REGION_READERS, **REGION),
    "whatif.save": Case(REGION_READERS, **REGION),
    "whatif.show_next": Case(REGION_READERS, **REGION),
    "whatif.show_saved": Case(REGION_READERS, setup="a_scenario_of_each_region"),
    "whatif.download_check": Case(REGION_READERS, setup="a_scenario_of_each_region"),
    "partners_api.give_chain": Case(CHAIN_READERS, **SCHOOL),
    "partners_api.log_attempt": Case(COORDINATOR, **SCHOOL),
    "partners_api.give_coverage": Case(REGION_READERS, **REGION),
    "partners_api.give_landkaart": Case(public=True),
    "landkaart.show": Case(public=True),
    "landkaart.download": Case(public=True),
    "landkaart.show_record": Case(public=True, own={"record_id": 1}),
    "landkaart.show_report": Case(public=True),
    "landkaart.report": Case(public=True),
    "landkaart.show_waiting": Case(REGION_READERS),
    "landkaart.moderate": Case(REGION_READERS, setup="a_report_of_each_region"),
    "landkaart.climb": Case(REGION_READERS, setup="a_report_of_each_region"),
}


def a_scenario_of_each_region(app):
    """One saved what-if in each region, written as the service writes it."""
    from dataclasses import asdict

    from data.landkaart_store import ScenarioStore
    from data.tables.partners import CoverageScenario
    from matching.partners.suppression import AreaFigures
    from matching.partners.what_if import Comparison

    services = app.extensions["stageroute"]
    numbers = {}
    with services.database.write() as session:
        for region in ("merenveld-noord", "merenveld-zuid"):
            none = AreaFigures(region, 0, 0, 0, 0, 0, 0, 0, None, None, "geen behoefte")
            question = {"region": region, "norm_minutes": 45, "definition_id": "fiets-snelst", "on": "2026-11-23"}
            row = CoverageScenario(
                region_kind="arbeidsmarktregio", region_key=region, name="Toets", question=question, changes=[],
                made_by="test",
                result=asdict(Comparison(none, none, (), (), 0, 0, 0, (), ())), made_at=services.clock(),
            )  # fmt: skip
            numbers[region] = ScenarioStore(session).add(row)
    return {
        "own": {"region": "merenveld-noord", "scenario_id": numbers["merenveld-noord"]},
        "other": {"region": "merenveld-zuid", "scenario_id": numbers["merenveld-zuid"]},
    }
