"""What schools call the columns of their own lists; compared without case, signs and notes such as ``(min)``."""

from __future__ import annotations

from collections.abc import Mapping

_PERIOD: Mapping[str, tuple[str, ...]] = {
    "periode_van": ("Startdatum", "Begindatum", "Vanaf", "Van", "Datum van", "Start", "Begin", "Ingangsdatum",
                    "Start stage", "Begin stage", "Stage van", "Stage vanaf", "Startdatum stage", "Begindatum stage",
                    "Periode vanaf", "Ingang", "Datum vanaf", "Begindatum periode"),
    "periode_tot": ("Einddatum", "Tot en met", "Tot", "t/m", "Datum tot", "Eind", "Einde", "Datum t/m",
                    "Eind stage", "Einde stage", "Stage tot", "Stage t/m", "Einddatum stage", "Periode t/m",
                    "Periode tot en met", "Stage tot en met", "Einddatum periode", "Datum tot en met"),
}  # fmt: skip
_ADDRESS: Mapping[str, tuple[str, ...]] = {
    "postcode": ("PC", "Postcode", "Postkode", "Post code", "Zipcode", "PC6", "PC4"),
    "lat": ("Latitude", "Breedtegraad"),
    "lon": ("Longitude", "Lengtegraad", "lng"),
}
_ADDRESS_OF_WORK: Mapping[str, tuple[str, ...]] = {
    **_ADDRESS,
    "adres": ("Straat en huisnummer", "Adresgegevens", "Straat + huisnummer", "Straat/huisnummer", "Straat en nummer",
              "Bezoekadres", "Adres bedrijf", "Straat + nr", "Straat en huisnr"),
    "plaats": ("Woonplaats", "Plaatsnaam", "Vestigingsplaats", "Stad"),
    "postcode": (*_ADDRESS["postcode"], "Postcode bedrijf", "Postcode bezoekadres"),
}  # fmt: skip
_COMPANY_CODES = (
    "Bedrijfsnr", "Bedrijfsnummer", "Bedrijfscode", "Bedrijf nr", "Bedrijf nummer", "Bedrijf code", "Code bedrijf",
    "Nummer bedrijf", "Nr bedrijf",
)  # fmt: skip
_DAY_NAMES = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

PUPIL_NAMES: Mapping[str, tuple[str, ...]] = {
    **_PERIOD,
    **_ADDRESS,
    "leerling": ("Leerlingnr", "LLnr", "Leerlingnummer", "Leerling nummer", "Stamnummer", "Stamnr", "Leerlingcode",
                 "Leerling code", "ll nummer", "Nummer leerling", "Nr leerling", "Leerling id"),
    "school": ("BRIN", "Brinnummer", "Brin nummer", "Brincode", "School (BRIN)"),
    "vestiging": ("Vestigingscode", "Vestigingsnummer", "Brin vestiging"),
    "voornaam": ("Roepnaam", "Voornaam leerling", "Roepnaam leerling"),
    "postcode": (*_ADDRESS["postcode"], "Postcode woonadres", "Postcode thuis", "Postcode leerling", "Woonpostcode",
                 "Postcode wonen", "Postcode woonplaats"),
    "crebo": ("Crebonummer", "Crebocode", "Crebonr"),
    "sectoren": ("Richting", "Sector", "Richtingen", "Sector(en)", "Gewenste sector", "Voorkeur sector", "Branche",
                 "Profiel", "Wens", "Wensen", "Sectorwens", "Gewenste richting", "Voorkeur"),
    "dagen": ("Stagedagen", "Dagen stage", "Stagedag", "Dag", "Stage dagen", "Stage dag", "Stagedag(en)", "Dag(en)",
              "Dagen op stage"),
    "schooldagen": ("Dagen school", "Dagen op school", "Lesdagen", "School dagen"),
    "mbodagen": ("Dagen mbo", "Dagen op het mbo", "Mbo dagen"),
    "mbo_postcode": ("Postcode mbo", "Postcode van het mbo"),
    "vervoer": ("Vervoermiddel", "Vervoersmiddel", "Vervoerswijze", "Reist met", "Vervoermiddelen",
                "Vervoer naar stage", "Reiswijze"),
    "max_minuten": ("Max. reistijd (min)", "Max reistijd", "Maximale reistijd", "Reistijd max",
                    "Maximale reistijd in minuten", "Max reistijd in minuten", "Max. minuten",
                    "Maximaal aantal minuten"),
    "begeleiding": ("Begeleiding op maat", "Extra begeleiding"),
    "rolstoel": ("Rolstoeltoegankelijk", "Rolstoelgebruiker"),
    "zestien_plus": ("16+", "16 plus", "16 jaar of ouder", "16 of ouder"),
    "niet_leerplichtig_vanaf": ("Leerplicht tot", "Leerplichtig tot"),
    "niet_bij": ("Niet plaatsen bij", "Niet bij bedrijf"),
}  # fmt: skip

COMPANY_NAMES: Mapping[str, tuple[str, ...]] = {
    **_ADDRESS_OF_WORK,
    "bedrijf": _COMPANY_CODES,
    "naam": ("Bedrijfsnaam", "Naam bedrijf", "Bedrijf naam", "Organisatie", "Naam organisatie", "Naam van het bedrijf"),
    "leerbedrijf_id": ("Leerbedrijfid", "Leerbedrijf nummer", "Leerbedrijfnummer", "KWC nummer", "SBB nummer"),
    "contact_naam": ("Contactpersoon", "Contact", "Naam contactpersoon", "Contactpersoon naam", "Contact persoon",
                     "Praktijkopleider"),
    "contact_email": ("E-mail", "Mail", "Email", "E-mailadres", "Mailadres", "Email contactpersoon",
                      "E-mail contactpersoon", "Mail contactpersoon", "Emailadres contactpersoon"),
    "contact_telefoon": ("Telefoon", "Tel.", "Telefoonnummer", "Tel nr", "Telnr", "Telefoonnr", "Tel nummer", "Mobiel",
                         "Telefoon contactpersoon", "Telefoonnummer contactpersoon", "Tel contactpersoon",
                         "Telefoon bedrijf", "Mobiel nummer", "06 nummer"),
    "delen": ("Mag gedeeld worden", "Delen met andere scholen"),
    "erkenningen": ("Erkenning",),
}  # fmt: skip

PLACE_NAMES: Mapping[str, tuple[str, ...]] = {
    **_PERIOD,
    **_ADDRESS_OF_WORK,
    "plek": ("Pleknr", "Pleknummer", "Plekcode", "Plek nummer", "Stageplek", "Stageplaatsnummer", "Stageplaats nr",
             "Stageplek nummer", "Stageplek nr", "Code plek", "Nummer plek", "Stageplekcode"),
    "bedrijf": _COMPANY_CODES,
    "naam": ("Omschrijving", "Functie", "Naam plek", "Werkzaamheden", "Omschrijving plek", "Omschrijving stageplek",
             "Naam stageplek"),
    "sector": ("Richting", "Branche", "Sector plek"),
    **{
        f"plekken_{day[:2]}": (day[:2], day, f"Plekken {day}", f"Aantal {day[:2]}", f"Aantal {day}",
                               f"Aantal plekken {day[:2]}", f"Aantal plekken {day}")
        for day in _DAY_NAMES
    },
    "dagen_per_week": ("Minimaal aantal dagen", "Min. dagen per week", "Aantal dagen per week", "Dagen p/w"),
    "begeleiding_op_maat": ("Begeleiding",),
    "rolstoel": ("Rolstoeltoegankelijk",),
    "zestien_plus": ("16+", "16 plus", "16 jaar of ouder", "16 of ouder"),
    "reisvergoeding": ("Reiskostenvergoeding",),
    "school": ("BRIN", "Brinnummer", "Brin nummer", "Brincode"),
}  # fmt: skip
