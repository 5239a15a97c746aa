"""The columns of the three stage imports: pupils, places and companies.

One description serves the downloadable template (with its example rows), the
check of every row and the help page. The texts are Dutch because a school
reads them.
"""

from typing import NamedTuple

WEEKDAY_COLUMNS = ("plekken_ma", "plekken_di", "plekken_wo", "plekken_do", "plekken_vr", "plekken_za", "plekken_zo")


class TemplateColumn(NamedTuple):
    """One column: its header, whether a value is compulsory, what it means and two example values."""

    name: str
    required: bool
    meaning: str
    examples: tuple[str, str]


PUPIL_COLUMNS: tuple[TemplateColumn, ...] = (
    TemplateColumn("leerling", True, "nummer of pseudoniem binnen de school, nooit een BSN of naam", ("0417", "0418")),
    TemplateColumn("school", False, "BRIN van de school (4 tekens); leeg als u --school gebruikt", ("99AB", "99AB")),
    TemplateColumn("vestiging", False, "vestigingscode (6 tekens), voor de reis naar school", ("99AB00", "99AB00")),
    TemplateColumn("voornaam", False, "alleen zichtbaar binnen de eigen school", ("Sam", "")),
    TemplateColumn("postcode", False, "PC4 of PC6; verplicht als lat en lon leeg zijn", ("3811 AB", "3811")),
    TemplateColumn("lat", False, "breedtegraad van het woonadres (WGS84)", ("", "52,6512")),
    TemplateColumn("lon", False, "lengtegraad van het woonadres (WGS84)", ("", "5,3920")),
    TemplateColumn("route", False, "A, B of C voor entree; leeg voor een gewone stage", ("", "B")),
    TemplateColumn("crebo", False, "entreeopleiding; verplicht bij route B en C", ("", "25258")),
    TemplateColumn("sectoren", True, "wensen op volgorde, gescheiden door |", ("groen|dierverzorging", "groen")),
    TemplateColumn("dagen", True, "stagedagen, gescheiden door een spatie: ma di wo do vr za zo", ("di do", "ma di")),
    TemplateColumn("schooldagen", False, "dagen op school", ("ma wo vr", "wo do")),
    TemplateColumn("mbodagen", False, "dagen op het mbo", ("", "vr")),
    TemplateColumn("mbo_postcode", False, "postcode van de mbo-locatie, als er mbo-dagen zijn", ("", "3818")),
    TemplateColumn("vervoer", True, "hoe de leerling mag reizen: fiets lopen auto ov", ("fiets", "fiets ov")),
    TemplateColumn("max_minuten", False, "langste enkele reis in minuten; leeg is de norm van de school", ("45", "")),
    TemplateColumn("begeleiding", False, "ja als begeleiding op maat nodig is", ("nee", "ja")),
    TemplateColumn("rolstoel", False, "ja als de plek rolstoeltoegankelijk moet zijn", ("nee", "nee")),
    TemplateColumn("zestien_plus", False, "ja als de leerling bij de start 16 jaar of ouder is", ("ja", "nee")),
    TemplateColumn(
        "leeftijdsgroep", False, "bij de start: tot-13, 13, 14-15, 16-17 of 18+; geen geboortedatum", ("16-17", "14-15")
    ),
    TemplateColumn(
        "leeftijd_verandert", False, "maand waarin de groep verandert, als die in de stage valt", ("", "2027-03")
    ),
    TemplateColumn(
        "schooltijden",
        False,
        "begin en einde per schooldag, met | ertussen; geen als er geen schooldagen zijn",
        ("ma 08:30-14:30|wo 08:30-14:30|vr 08:30-12:30", "wo 08:30-14:30|do 08:30-14:30|vr 09:00-14:30"),
    ),
    TemplateColumn("praktijkverklaring", False, "ja als de leerling een praktijkverklaring wil halen", ("ja", "nee")),
    TemplateColumn("niet_leerplichtig_vanaf", False, "datum, geen geboortedatum", ("", "2027-08-01")),
    TemplateColumn("periode_van", True, "eerste dag van de stage", ("2026-11-30", "2026-11-30")),
    TemplateColumn("periode_tot", True, "laatste dag van de stage", ("2027-07-09", "2027-07-09")),
    TemplateColumn("vorige_stage_minuten", False, "enkele reis van de vorige stage in minuten", ("55", "")),
    TemplateColumn("niet_bij", False, "bedrijven waar deze leerling niet geplaatst mag worden, met |", ("", "B0012")),
    TemplateColumn("instroomadvies_pro", False, "datum van de handtekening van de pro-school", ("", "2026-10-01")),
    TemplateColumn("instroomadvies_mbo", False, "datum van de handtekening van het mbo", ("", "2026-10-05")),
    TemplateColumn("examendeelnemer_sinds", False, "datum van inschrijving als examendeelnemer", ("", "2026-10-12")),
)

COMPANY_COLUMNS: tuple[TemplateColumn, ...] = (
    TemplateColumn("bedrijf", True, "eigen code van het bedrijf", ("B0001", "B0002")),
    TemplateColumn("naam", True, "naam van het bedrijf", ("Hoveniersbedrijf Wilg", "Bakkerij Van Dam")),
    TemplateColumn("leerbedrijf_id", False, "9 cijfers, alleen bij een erkend leerbedrijf", ("100123456", "")),
    TemplateColumn("adres", False, "straat en huisnummer", ("Wilgenlaan 4", "Markt 12")),
    TemplateColumn("postcode", False, "PC4 of PC6; verplicht als lat en lon leeg zijn", ("3811 AC", "3812 BA")),
    TemplateColumn("plaats", False, "woonplaats", ("Merendorp", "Merendorp")),
    TemplateColumn("lat", False, "breedtegraad (WGS84)", ("52,6540", "")),
    TemplateColumn("lon", False, "lengtegraad (WGS84)", ("5,3891", "")),
    TemplateColumn("contact_naam", False, "één contactpersoon", ("J. Wilg", "A. van Dam")),
    TemplateColumn("contact_email", False, "e-mailadres van de contactpersoon", ("info@wilg.example", "")),
    TemplateColumn("contact_telefoon", False, "telefoonnummer van de contactpersoon", ("", "0320 000 000")),
    TemplateColumn("delen", False, "ja als het bedrijf delen met andere scholen goed vindt", ("ja", "nee")),
    TemplateColumn("delen_op", False, "datum van die toestemming; verplicht bij ja", ("2026-09-01", "")),
    TemplateColumn(
        "erkenningen",
        False,
        "crebo:begin/eind per erkenning, gescheiden door |; eind mag leeg zijn",
        ("25258:2024-08-01/2028-07-31|25254:2025-01-01/", ""),
    ),
)

PLACE_COLUMNS: tuple[TemplateColumn, ...] = (
    TemplateColumn("plek", True, "eigen code van de stageplek", ("P0001", "P0002")),
    TemplateColumn("bedrijf", True, "code van het bedrijf, eerst ingelezen met de bedrijven", ("B0001", "B0002")),
    TemplateColumn("naam", True, "wat de leerling er doet", ("Medewerker groen", "Hulp in de bakkerij")),
    TemplateColumn("sector", True, "één sector", ("groen", "horeca")),
    TemplateColumn("adres", False, "straat en huisnummer; leeg is het adres van het bedrijf", ("", "Markt 14")),
    TemplateColumn("postcode", False, "leeg is de postcode van het bedrijf", ("", "3812 BA")),
    TemplateColumn("plaats", False, "leeg is de plaats van het bedrijf", ("", "Merendorp")),
    TemplateColumn("lat", False, "breedtegraad (WGS84)", ("", "52,6601")),
    TemplateColumn("lon", False, "lengtegraad (WGS84)", ("", "5,4012")),
    *(
        TemplateColumn(name, False, f"aantal plekken op {name[-2:]}", ("1" if name[-2:] in {"di", "do"} else "0", "1"))
        for name in WEEKDAY_COLUMNS
    ),
    TemplateColumn("dagen_per_week", False, "hoeveel dagen per week het bedrijf minstens vraagt", ("2", "1")),
    TemplateColumn("periode_van", True, "eerste dag waarop de plek er is", ("2026-08-01", "2026-08-01")),
    TemplateColumn("periode_tot", True, "laatste dag waarop de plek er is", ("2027-07-31", "2027-07-31")),
    TemplateColumn(
        "tijden",
        False,
        "begin, einde en pauzes in minuten per dag, met | ertussen; zonder tijden wordt de plek nog niet aangeboden",
        ("di 09:00-15:30/30|do 09:00-15:30/30", "ma 08:30-12:30/15"),
    ),
    TemplateColumn(
        "taken",
        False,
        "werk waarvoor regels gelden: geen, of met | kassa, eenzijdig, zeevarende, pbm_permanent, machine_gevaar, "
        "chemische_stoffen, biologische_stoffen, lawaai, heftruck, trekker, tillen:KG, kracht:KG",
        ("tillen:8", "geen"),
    ),
    TemplateColumn("toezicht", False, "ja als iemand met kennis van het werk steeds toezicht houdt", ("ja", "ja")),
    TemplateColumn("zondag_afgesproken", False, "ja als zondag bij dit werk hoort en is afgesproken", ("nee", "nee")),
    TemplateColumn("in_de_school", False, "ja als de plek binnen de eigen school is", ("nee", "nee")),
    TemplateColumn("begeleiding_op_maat", False, "ja of nee", ("ja", "nee")),
    TemplateColumn("rolstoel", False, "ja als de plek rolstoeltoegankelijk is", ("nee", "ja")),
    TemplateColumn("zestien_plus", False, "ja als de leerling 16 of ouder moet zijn", ("nee", "nee")),
    TemplateColumn("praktijkverklaring", False, "ja als een praktijkverklaring mogelijk is", ("ja", "nee")),
    TemplateColumn("reisvergoeding", False, "ja als het bedrijf de reis vergoedt", ("nee", "ja")),
    TemplateColumn("gevonden_door", False, "nummer van de leerling die de plek zelf vond", ("", "0418")),
    TemplateColumn("school", False, "BRIN van de school die de plek beheert; leeg bij --school", ("99AB", "99AB")),
    TemplateColumn("delen", False, "ja als andere scholen de plek mogen zien", ("ja", "nee")),
)

TEMPLATES: dict[str, tuple[TemplateColumn, ...]] = {
    "pupils": PUPIL_COLUMNS,
    "companies": COMPANY_COLUMNS,
    "places": PLACE_COLUMNS,
}

SECTORS: tuple[str, ...] = (
    "techniek",
    "bouw",
    "groen",
    "horeca",
    "zorg",
    "logistiek",
    "detailhandel",
    "schoonmaak",
    "dierverzorging",
)
"""The nine sectors; long names ("horeca en voeding") are read too."""
