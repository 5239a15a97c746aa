"""What the output of pip means, as one Dutch sentence that says what to do."""

from __future__ import annotations

import re

#: What pip writes, and what that means; the first that fits is told. ``{lock}`` is the file with the locked versions,
#: ``{what}`` what the pattern caught.
_MEANINGS = (
    (
        r"No space left on device|Disk quota exceeded|\[Errno (?:28|122)\]",
        "De schijf is vol (de map van Stageroute of die voor tijdelijke bestanden). Maak ruimte en start opnieuw.",
    ),
    (
        r"(?i:do not match the hashes)",
        (
            "Een bestand dat is opgehaald, is niet het bestand dat {lock} noemt (andere hash). Het is niet gebruikt. "
            "Probeer het opnieuw; blijft dit zo, vertrouw deze pakketindex dan niet."
        ),
    ),
    (
        r"Hashes are required in --require-hashes mode|must have their versions pinned with ==",
        (
            "{lock} is niet volledig: een versie of een hash ontbreekt. "
            "Zet het bestand terug met git of maak het met: make lock"
        ),
    ),
    (
        r"Read-only file system|Permission denied|\[Errno (?:1|13|30)\]",
        "In deze map mag niet worden geschreven. Geef uzelf schrijfrechten of zet Stageroute in een andere map.",
    ),
    (
        (
            r"NewConnectionError|ConnectTimeoutError|ConnectionResetError|ReadTimeout|Read timed out|ProxyError"
            r"|ProtocolError|SSLError|CERTIFICATE_VERIFY_FAILED|NameResolutionError|name resolution"
            r"|Name or service not known|Connection refused|Connection aborted|RemoteDisconnected|IncompleteRead"
            r"|Max retries exceeded"
            r"|Network is unreachable|HTTP error [45]\d\d|[45]\d\d (?:Client|Server) Error"
        ),
        (
            "De pakketindex is niet bereikbaar. "
            "Controleer de internetverbinding (of PIP_INDEX_URL en de proxy) en start opnieuw."
        ),
    ),
    (
        r"No matching distribution found for (?P<what>[^\s(;]+)",
        (
            "De pakketindex geeft {what} niet voor deze Python en deze machine. "
            "Kies een index die het wel heeft (PIP_INDEX_URL) en start opnieuw."
        ),
    ),
    (r"No module named '?pip", "In de virtuele omgeving ontbreekt pip. Doe: make clean, en start opnieuw."),
    (r"", "De bibliotheken van {lock} zijn niet geïnstalleerd; hieronder staat wat pip zegt."),
)


def explain(output: str, lock: str) -> str:
    """Return one sentence about why pip could not install ``lock``.

    Parameters
    ----------
    output
        Everything pip wrote, on standard output and standard error.
    lock
        Name of the file with the locked versions, as the reader knows it.
    """
    for pattern, sentence in _MEANINGS:
        found = re.search(pattern, output)
        if found:
            return sentence.format(lock=lock, what=found.groupdict().get("what", ""))
    raise AssertionError("the last pattern fits everything")


def errors(output: str) -> list[str]:
    """Return the lines of pip that tell of an error, without its warnings; the last lines when it names none."""
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    told = [line for line in lines if line.lstrip().startswith(("ERROR", "error:", "Expected sha256", "Got  "))]
    return told[-6:] or [line for line in lines if not line.startswith("WARNING")][-3:]
