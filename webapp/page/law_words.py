"""Sentences for what the law on minors says of a stage: the verdict has codes and values, the words are here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext

from matching.places.law.facts import AgeGroup, to_clock
from matching.places.law.judge import Breach, NotJudged, Unlawful, Verdict


def law_sentences(verdict: Verdict | None) -> list[str]:
    """One sentence per broken rule with its article, or one with the missing facts; none when all is well."""
    if isinstance(verdict, Unlawful):
        return list(dict.fromkeys(f"{_describe(breach)} ({breach.rule.citation})." for breach in verdict.breaches))
    if isinstance(verdict, NotJudged):
        return [gettext("Eerst invullen: %(facts)s.", facts=", ".join(missing_words(verdict.missing)))]
    return []


def missing_words(missing: tuple[str, ...]) -> list[str]:
    """The missing facts in words."""
    return [_missing_word(fact) for fact in missing]


def age_word(group: AgeGroup) -> str:
    """An age group in words."""
    words = {
        AgeGroup.UNDER_13: gettext("jonger dan 13"),
        AgeGroup.AGE_13: gettext("13 jaar"),
        AgeGroup.AGE_14_15: gettext("14 of 15 jaar"),
        AgeGroup.AGE_16_17: gettext("16 of 17 jaar"),
        AgeGroup.ADULT: gettext("18 jaar of ouder"),
    }
    return str(words[group])


def task_word(code: str) -> str:
    """A kind of task of the controlled list in words."""
    words = {
        "kassa": gettext("werken aan de kassa"),
        "eenzijdig": gettext("de hele dag in één houding werken"),
        "zeevarende": gettext("werken op een zeeschip"),
        "pbm_permanent": gettext("steeds beschermende kleding of middelen dragen"),
        "machine_gevaar": gettext("werken met of dicht bij een gevaarlijke machine"),
        "chemische_stoffen": gettext("werken met gevaarlijke stoffen"),
        "biologische_stoffen": gettext("werken met ziekteverwekkers"),
        "lawaai": gettext("werken in hard lawaai of met trillend gereedschap"),
        "heftruck": gettext("rijden op een heftruck"),
        "trekker": gettext("rijden op een trekker"),
    }
    return str(words.get(code, code))


def _missing_word(fact: str) -> str:
    kind, _, task = fact.partition(":")
    words = {
        "wet": gettext("de regels voor deze dagen"),
        "leeftijdsgroep": gettext("leeftijdsgroep van de leerling"),
        "tijden": gettext("tijden per dag"),
        "schooltijden": gettext("schooltijden van de leerling"),
        "taken": gettext("taken"),
        "toezicht": gettext("of er toezicht is"),
        "zondag": gettext("of zondag is afgesproken"),
        "handtekening": gettext("handtekening van een ouder of verzorger"),
        "binnen_of_buiten": gettext("of de plek binnen de school is"),
        "beoordeling": gettext("een beoordeling door een mens van: %(task)s", task=task_word(task)),
    }
    return str(words.get(kind, fact))


def _describe(breach: Breach) -> str:
    found = _WORDS.get(breach.rule.check)
    return breach.rule.title if found is None else found(breach.values)


def _hours(minutes: object) -> str:
    whole, rest = divmod(int(str(minutes)), 60)
    return str(gettext("%(h)s uur en %(m)s minuten", h=whole, m=rest)) if rest else str(gettext("%(h)s uur", h=whole))


def _minutes(values: Mapping[str, Any], name: str) -> str:
    return to_clock(int(values[name]))


def _day(values: Mapping[str, Any]) -> str:
    labels = {
        "ma": gettext("maandag"),
        "di": gettext("dinsdag"),
        "wo": gettext("woensdag"),
        "do": gettext("donderdag"),
        "vr": gettext("vrijdag"),
        "za": gettext("zaterdag"),
        "zo": gettext("zondag"),
    }
    return str(labels[str(values["day"])])


def _long_day(values: Mapping[str, Any]) -> str:
    return str(
        gettext(
            "Op %(day)s is het %(found)s; hooguit %(limit)s mag",
            day=_day(values),
            found=_hours(values["minutes"]),
            limit=_hours(values["limit"]),
        )
    )


def _long_week(values: Mapping[str, Any]) -> str:
    return str(
        gettext(
            "In een week is het %(found)s; hooguit %(limit)s mag",
            found=_hours(values["minutes"]),
            limit=_hours(values["limit"]),
        )
    )


def _short_pause(values: Mapping[str, Any]) -> str:
    return str(
        gettext(
            "Op %(day)s is er %(pause)s minuten pauze die telt; %(limit)s minuten moet",
            day=_day(values),
            pause=values["pause"],
            limit=values["limit"],
        )
    )


def _short_rest(values: Mapping[str, Any]) -> str:
    day = _day(values)
    if "begin" in values:
        begin, limit = _minutes(values, "begin"), _minutes(values, "limit")
        return str(
            gettext("Op %(day)s begint het om %(found)s; niet voor %(limit)s mag", day=day, found=begin, limit=limit)
        )
    if "end" in values:
        end, limit = _minutes(values, "end"), _minutes(values, "limit")
        return str(
            gettext("Op %(day)s duurt het tot %(found)s; niet na %(limit)s mag", day=day, found=end, limit=limit)
        )
    limit = _hours(values["limit"])
    if "rest" in values:
        return str(
            gettext(
                "Na %(day)s is er %(found)s rust; %(limit)s moet", day=day, found=_hours(values["rest"]), limit=limit
            )
        )
    span = _hours(values["from_first_to_last"])
    return str(
        gettext(
            "Op %(day)s is het %(found)s van begin tot einde; hooguit %(limit)s mag", day=day, found=span, limit=limit
        )
    )


def _weekly_rest(values: Mapping[str, Any]) -> str:
    return str(
        gettext(
            "De langste rust in een week is %(found)s; %(limit)s moet",
            found=_hours(values["rest"]),
            limit=_hours(values["limit"]),
        )
    )


def _many_days(values: Mapping[str, Any]) -> str:
    return str(
        gettext("Het zijn %(n)s dagen in een week; hooguit %(limit)s mag", n=values["days"], limit=values["limit"])
    )


def _lifting(values: Mapping[str, Any]) -> str:
    kilograms, limit = values["kilograms"], values["limit"]
    return str(gettext("Er wordt %(kg)s kilo getild; hooguit %(limit)s kilo mag", kg=kilograms, limit=limit))


def _pushing(values: Mapping[str, Any]) -> str:
    kilograms, limit = values["kilograms"], values["limit"]
    return str(gettext("Er wordt geduwd met %(kg)s kilo kracht; hooguit %(limit)s kilo mag", kg=kilograms, limit=limit))


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "no_work": lambda _: gettext("Dit werk is voor deze leeftijd verboden"),
    "signature": lambda _: gettext("Een ouder of verzorger moet de overeenkomst mede tekenen voor de eerste dag"),
    "supervision": lambda _: gettext("Er is geen deskundig toezicht"),
    "sunday": lambda _: gettext("Op zondag mag dit niet"),
    "days_per_week": _many_days,
    "hours_per_day": _long_day,
    "hours_on_school_day": _long_day,
    "hours_on_other_day": _long_day,
    "hours_per_week": _long_week,
    "pause": _short_pause,
    "daily_rest": _short_rest,
    "weekly_rest": _weekly_rest,
    "task": lambda values: gettext("Dit werk mag niet: %(task)s", task=task_word(str(values["task"]))),
    "lifting": _lifting,
    "pushing": _pushing,
}
