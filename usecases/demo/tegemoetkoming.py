"""The money of Merenveld: two tellingen of the whole country, and the scheme of 2024-2026 up to its second payment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from data.demo.telling import TELDATUM, write_addresses, write_telling
from subsidy.telling import Status
from usecases.demo.loading import BY, Loading
from usecases.services import Services
from usecases.tegemoetkoming.subsidy import NamedFile

FIRST, SECOND = "Bo Beheer", "Bente Beheer"
REGELING: Final = "reiskosten-2024-2026"
DETERMINED: Final = date(2024, 9, 16)
PAID: Final = (date(2024, 10, 15), date(2025, 5, 20))


def load_subsidy(loading: Loading) -> None:
    """Read the voorlopige and the definitieve telling in; pay the scheme, on the days that have passed."""
    numbers = []
    addresses = write_addresses(loading.folder / "alle-vestigingen-vo.csv", loading.files["vestigingen"])
    for status in (Status.VOORLOPIG, Status.DEFINITIEF):
        name = f"leerlingen-vo-per-vestiging-naar-onderwijstype-2023-{status}.csv"
        path = write_telling(loading.folder / name, definitive=status is Status.DEFINITIEF)
        found = loading.services.tegemoetkoming.import_telling(
            NamedFile(path.name, path.read_bytes()),
            TELDATUM,
            status,
            BY,
            addresses=NamedFile(addresses.name, addresses.read_bytes()),
        )
        numbers.append(found.stored.telling_id)
    loading.say("telling: 1 oktober 2023, voorlopig en definitief")
    pay_award(loading.services, numbers[0])


def pay_award(services: Services, telling_id: int) -> None:
    """Bring the 2024-2026 scheme to its second payment, on the days in its windows that have passed."""
    today, awards = services.today(), services.tegemoetkoming.awards
    if today < DETERMINED or awards.current(REGELING) is not None:
        return
    regeling = services.tegemoetkoming.regeling_named(REGELING)
    number = awards.record(regeling, telling_id, by=FIRST, on=DETERMINED - timedelta(days=7)).calculation_id
    awards.check(number, by=SECOND, on=DETERMINED - timedelta(days=4))
    awards.determine(number, by=FIRST, on=DETERMINED)
    for part, day in enumerate(PAID, 1):
        if day <= today:
            awards.pay(number, part, by=FIRST, on=day)
