"""Every Dutch text for people has its English, and what is served is what was written."""

import re

from tools.translations import FOLDER, missing, read_texts, read_translations, to_mo, to_po

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


def test_no_english_text_is_missing_or_a_guess():
    assert missing(read_translations()) == []


def test_the_compiled_texts_are_those_of_the_text_file():
    assert (FOLDER / "messages.mo").read_bytes() == to_mo(read_translations())


def test_every_english_text_fills_in_what_the_dutch_text_fills_in():
    wrong = []
    for message in read_translations():
        if not isinstance(message.id, str) or not message.id:
            continue
        if sorted(PLACEHOLDER.findall(message.id)) != sorted(PLACEHOLDER.findall(str(message.string))):
            wrong.append(message.id)
    assert wrong == []


def test_every_text_of_the_pages_is_in_the_text_file():
    known = read_translations()
    texts = [message.id for message in read_texts() if message.id]
    assert len(texts) > 150
    assert [text for text in texts if known.get(text if isinstance(text, str) else text[0]) is None] == []


def test_the_text_file_is_sorted_and_without_dates_of_its_own():
    assert (FOLDER / "messages.po").read_bytes() == to_po(read_translations())


def test_a_visitor_who_chooses_english_reads_english(client):
    with client.session_transaction() as session:
        session["language"] = "en"
    page = client.get("/inloggen").text
    assert '<html lang="en"' in page
    assert "Email address" in page
    assert "Wachtwoord" not in page
