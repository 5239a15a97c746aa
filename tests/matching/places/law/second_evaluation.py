"""The law on minors at work written a second time, from the words of the articles and over a timeline of minutes.

Nothing of ``matching.places.law.judge`` is used here: no rules as data, no measures of a day. A week is a list of
10 080 minutes that are free or not, and every question is asked of that list.
"""

WEEK, DAY = 7 * 1440, 1440


def broken_rules(stage):
    """Citations, sorted, of a ``dict`` with group, kind, internal, days, school, signed, overseen, sunday, tasks.

    ``days`` and ``school`` are {weekday 0–6: (begin, end, [pauses])}; ``tasks`` has words, lift and push.
    """
    if stage["internal"]:
        return []
    group = stage["group"]
    if group == "tot-13":
        return ["ATW 3:2 lid 1"]
    if group == "13" and stage["kind"] == "beroepsstage":
        return ["ATW 3:2 lid 2 c"]
    found = set()
    if group != "18+" and not stage["overseen"]:
        found.add("Arbobesluit 1.37 lid 1")
    if group in {"13", "14-15"}:
        found |= _not_light(stage)
    {"13": _thirteen, "14-15": _child, "16-17": _youth, "18+": _adult}[group](stage, found)
    return sorted(found)


def _not_light(stage):
    words, lift, push = stage["tasks"]
    found = set()
    for word, letter in (("kassa", "c"), ("eenzijdig", "d"), ("zeevarende", "h")):
        if word in words:
            found.add(f"NRK 1:1 lid 2 {letter}")
    if lift > 10:
        found.add("NRK 1:1 lid 2 e")
    if push > 20:
        found.add("NRK 1:1 lid 2 f")
    if "pbm_permanent" in words and stage["kind"] == "maatschappelijk":
        found.add("NRK 1:1 lid 2 g")
    if "machine_gevaar" in words and stage["group"] == "13":
        found.add("NRK 1:1 lid 3 a")
    return found


def _thirteen(stage, found):
    minutes = {day: end - begin - sum(pauses) for day, (begin, end, pauses) in stage["days"].items()}
    if 6 in minutes and not stage["sunday"]:
        found.add("NRK 3:2 lid 2 a")
    if len(minutes) >= 6:
        found.add("NRK 3:2 lid 2 d")
    if not _rested(stage["days"], {}, 14 * 60, 19 * 60, 7 * 60):
        found.add("NRK 3:2 lid 2 e")
    for day, worked in minutes.items():
        if worked > (2 * 60 if day in stage["school"] else 7 * 60):
            found.add("NRK 3:2 lid 2 f")
    if sum(minutes.values()) > 12 * 60:
        found.add("NRK 3:2 lid 2 f")
    for day, (_, _, pauses) in stage["days"].items():
        if minutes[day] > 4.5 * 60 and max(pauses, default=0) < 30:
            found.add("NRK 3:2 lid 2 g")


def _child(stage, found):
    if not stage["signed"]:
        found.add("NRK 3:1 lid 1")
    if 6 in stage["days"]:
        found.add("NRK 3:1 lid 2 a")
    if not _rested(stage["days"], stage["school"], 14 * 60, 19 * 60, 7 * 60):
        found.add("NRK 3:1 lid 2 b")
    daily = _with_school(stage)
    if _week_total(stage) > 35 * 60:
        found.add("NRK 3:1 lid 2 c")
    for worked, pauses in daily:
        if worked > 7 * 60:
            found.add("NRK 3:1 lid 2 c")
        if worked > 4.5 * 60 and not sum(pause for pause in pauses if pause >= 30):
            found.add("NRK 3:1 lid 2 d")


def _youth(stage, found):
    if not _rested(stage["days"], stage["school"], 12 * 60, 23 * 60, 6 * 60):
        found.add("ATW 5:3 lid 1")
    if _longest_free(stage) < 36 * 60:
        found.add("ATW 5:5 lid 1")
    if 6 in stage["days"] and not stage["sunday"]:
        found.add("ATW 5:6 lid 1")
    for worked, pauses in _with_school(stage):
        if worked > 9 * 60:
            found.add("ATW 5:7 lid 1 a")
        if worked > 4.5 * 60 and sum(pause for pause in pauses if pause >= 15) < 30:
            found.add("ATW 5:4 lid 1")
    if _week_total(stage) > 45 * 60:
        found.add("ATW 5:7 lid 1 b")
    if 4 * _week_total(stage) > 4 * 40 * 60:
        found.add("ATW 5:7 lid 1 c")


def _adult(stage, found):
    if 6 in stage["days"] and not stage["sunday"]:
        found.add("ATW 5:6 lid 1")
    total = 0
    for begin, end, pauses in stage["days"].values():
        worked = end - begin - sum(pauses)
        rested = sum(pause for pause in pauses if pause >= 15)
        total += worked
        if worked > 5.5 * 60 and rested < 30:
            found.add("ATW 5:4 lid 2 a")
        if worked > 10 * 60 and rested < 45:
            found.add("ATW 5:4 lid 2 b")
        if worked > 12 * 60:
            found.add("ATW 5:7 lid 2 a")
    if total > 60 * 60:
        found.add("ATW 5:7 lid 2 b")


def _with_school(stage):
    """Of every day with a stage: minutes with school, and the pauses, of which the gap to school is one."""
    for day, (begin, end, pauses) in stage["days"].items():
        worked, rests = end - begin - sum(pauses), list(pauses)
        if day in stage["school"]:
            opens, closes, _ = stage["school"][day]
            worked += closes - opens
            rests.append(begin - closes if begin >= closes else opens - end)
        yield worked, rests


def _week_total(stage):
    school = sum(closes - opens for opens, closes, _ in stage["school"].values())
    return school + sum(end - begin - sum(pauses) for begin, end, pauses in stage["days"].values())


def _timeline(*weeks):
    """Two weeks of minutes, so that every period of 24 hours that begins in the first is whole."""
    busy = bytearray(2 * WEEK)
    for week in weeks:
        for day, (begin, end, _) in week.items():
            for start in (day * DAY + begin, WEEK + day * DAY + begin):
                busy[start : start + end - begin] = b"\x01" * (end - begin)
    return busy


def _rested(days, school, needed, quiet_from, quiet_until):
    """Whether each period of 24 hours from the first moment of a stage day has the rest, with the quiet hours in it."""
    busy = _timeline(days, school)
    for day in range(7):
        today = busy[day * DAY : (day + 1) * DAY]
        if 1 not in today:
            continue
        first, last = day * DAY + today.index(1), day * DAY + today.rindex(1) + 1
        if day in days:
            until = first + DAY
            again = busy.find(1, last, until)
            end = until if again < 0 else again
            quiet = (day * DAY + quiet_from, (day + 1) * DAY + quiet_until)
            if end - last < needed or not last <= quiet[0] or not quiet[1] <= end:
                return False
        elif (day + 1) % 7 in days:
            # A day of school only: it is no concern of the stage how long it was, but the rest between them is.
            again = busy.find(1, last, (day + 2) * DAY)
            if again - last < needed:
                return False
    return True


def _longest_free(stage):
    busy = _timeline(stage["days"], stage["school"])
    return max(len(run) for run in bytes(busy).split(b"\x01"))
