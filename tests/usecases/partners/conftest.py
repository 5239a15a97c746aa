"""A small region with partners, and a travel port of straight lines: a real stand-in, no mock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import cos, hypot, radians

import pytest

from data.importers.framework import compute_diff
from data.importers.partners import PartnersImporter
from data.importers.records import Run
from data.partner_neighbours import PupilCounts, SectorSeats
from data.tables.organisation import Gemeente, Region, RegionMembership, School, Vestiging
from usecases.partners import build_partners

HEADER = (
    "instellingscode;instelling;bekostigd;erkend_van;erkend_tot;locatiecode;locatie;postcode;gemeentecode;lat;lon;"
    "crebos;capaciteit;bezet;bereid"
)
ROWS = (
    "99MA;ROC Noord;ja;;;99MA-01;Havenkade;;9801;52,60;5,30;25254, 25257;100;0;ja",
    "99MA;ROC Noord;ja;;;99MA-02;Sluis;;9802;52,70;5,30;25254;40;0;ja",
    "99MB;Groen College;ja;;;99MB-01;Kas;;9802;52,66;5,34;25258;60;10;onbekend",
    "99MC;ROC Zuid;ja;;;99MC-01;Plein;;9803;52,50;5,30;25254;;0;onbekend",
    "99MD;Vakschool Privé;nee;2020-08-01;;99MD-01;Hal;;9801;52,61;5,31;25254;20;0;ja",
)


@dataclass(frozen=True)
class StraightTrip:
    seconds: int | None
    metres: int | None
    definition_id: str
    network_digest: str = "rechte-lijnen"
    reason: str | None = None


class StraightLines:
    """Fits the travel port by shape: straight lines at 15 km/h (fiets) or 50 km/h (auto)."""

    def trips(self, definition_id, origins, destinations, *, limit_s=None):
        speed = 50_000 / 3600 if definition_id.startswith("auto") else 15_000 / 3600
        return [
            [self._trip(definition_id, speed, origin, each, limit_s) for each in destinations] for origin in origins
        ]

    @staticmethod
    def _trip(definition_id, speed, origin, destination, limit_s):
        (lat, lon), (name, to_lat, to_lon) = origin, destination
        metres = hypot((to_lat - lat) * 111_200, (to_lon - lon) * 111_200 * cos(radians(lat)))
        seconds = round(metres / speed)
        if limit_s is not None and seconds > limit_s:
            return name, StraightTrip(None, None, definition_id, reason="Te ver.")
        return name, StraightTrip(seconds, round(metres), definition_id)


COUNTS = {"99AA00": 60, "99BB00": 45, "99BB01": 3, "99CC00": 30}


def fill_region(database):
    """Two regions, three gemeenten, three schools with four vestigingen."""
    with database.write() as session:
        names = {"9801": "Oostmeer", "9802": "Westmeer", "9803": "Zuidmeer", "9804": "Stilmeer"}
        session.add_all([Gemeente(code=code, name=name) for code, name in names.items()])
        session.add_all(
            [
                Region(kind="arbeidsmarktregio", key=key, name=name)
                for key, name in (("noord", "Noord"), ("zuid", "Zuid"))
            ]
        )
        session.flush()
        for code, key in (("9801", "noord"), ("9802", "noord"), ("9804", "noord"), ("9803", "zuid")):
            session.add(RegionMembership(kind="arbeidsmarktregio", year=2026, gemeente_code=code, region_key=key))
        session.add_all([School(brin=brin, name=f"School {brin}") for brin in ("99AA", "99BB", "99CC")])
        session.flush()
        for code, gemeente, lat, lon in (
            ("99AA00", "9801", 52.61, 5.29), ("99BB00", "9802", 52.69, 5.31), ("99BB01", "9802", 52.70, 5.32),
            ("99CC00", "9803", 52.51, 5.31),
        ):  # fmt: skip
            session.add(Vestiging(code=code, brin=code[:4], name=f"Vestiging {code}", gemeente_code=gemeente,
                                  structure="PRO", lat=lat, lon=lon, x_m=0.0, y_m=0.0))  # fmt: skip


def import_partners(database, clock, rows=ROWS, header=HEADER):
    """Send a file through the importer, as ``flask import partners`` does."""
    importer = PartnersImporter()
    run = Run("partners.csv", "x", {}, "test", clock())
    content = "\r\n".join([header, *rows]).encode()
    with database.write() as session:
        diff = compute_diff(importer, session, content, run)
        importer.save(session, diff, run)
    return diff


def make_services(database, clock, travel=None, counts=None):
    return build_partners(
        database,
        clock,
        lambda: clock().date(),
        travel=travel if travel is not None else StraightLines(),
        region_kind="arbeidsmarktregio",
        count_pupils=lambda _session, _on: PupilCounts(
            COUNTS if counts is None else counts, "telling van 1 oktober 2025"
        ),
        count_places=lambda _session, _codes, _on: ([SectorSeats("groen", 12, 30)], []),
        pupils_of=lambda _session, _brin: (),
    )


@pytest.fixture
def region(database, clock):
    """The small region in a database, of each kind in turn, with its use cases."""
    fill_region(database)
    import_partners(database, clock)
    return make_services(database, clock)


@pytest.fixture
def small(sqlite, clock):
    """The same on SQLite only."""
    fill_region(sqlite)
    import_partners(sqlite, clock)
    return make_services(sqlite, clock)


TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def merenveld_home(tmp_path_factory):
    """The demo region with roads and tiles, loaded once; copy it before changing anything."""
    from data.migrate import migrate
    from data.session import Database
    from tests.conftest import START, Clock
    from usecases.demo.merenveld import load_demo
    from usecases.settings import read_settings
    from webapp import create_app

    home = tmp_path_factory.mktemp("merenveld") / "home"
    config = read_settings({"STAGEROUTE_HOME": str(home)})
    app = create_app(config, Clock(START))
    opened = Database(config.database_url)
    migrate(opened)
    opened.close()
    load_demo(app.extensions["stageroute"], 10_000, 2026, lambda _line: None)
    app.extensions["stageroute"].close()
    return home


@pytest.fixture
def merenveld(merenveld_home, tmp_path, clock, monkeypatch):
    """An application on a copy of the demo region."""
    import shutil

    from usecases.settings import read_settings
    from webapp import create_app

    home = tmp_path / "merenveld"
    shutil.copytree(merenveld_home, home)
    monkeypatch.setenv("STAGEROUTE_HOME", str(home))
    app = create_app(read_settings(), clock)
    app.config.update(TESTING=True)
    yield app
    app.extensions["stageroute"].close()
