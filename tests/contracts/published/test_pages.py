"""The pages made from the contract: they tell everything, and their links lead somewhere."""

import re

import pytest

from contracts.endings import ENDINGS
from contracts.everything import EVENTS, PUSHES
from contracts.published.advice import ADVICE
from contracts.published.asked import CLIENT_ASKS
from contracts.published.pages import Page
from contracts.refusals import STATUS, codes_of
from scripts.publish import page

PROTOCOL = page("protocol").text()
HEARD = page("events").text()


def test_the_protocol_tells_every_ask_every_push_every_ending_and_every_code() -> None:
    headings = re.findall(r"^### (\S+)$", PROTOCOL, re.MULTILINE)
    told = [*CLIENT_ASKS, *PUSHES]
    assert sorted(one for one in headings if "." in one or one in PUSHES) == sorted(told)
    for code in (*ENDINGS, *STATUS):
        assert re.search(rf"^\| `{code}` \|", PROTOCOL, re.MULTILINE), code


def test_the_events_are_all_told_with_their_subjects() -> None:
    assert re.findall(r"^### (\w+\.\w+\.\w+)$", HEARD, re.MULTILINE) == list(EVENTS)
    assert all(f"`{event.prefix}.<" in HEARD for event in EVENTS.values())


@pytest.mark.parametrize("text", [PROTOCOL, HEARD], ids=["protocol", "events"])
def test_every_link_within_leads_to_a_heading(text: str) -> None:
    headings = [re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in re.findall(r"^#+ (.*)$", text, re.M)]
    links = re.findall(r"\]\(#([\w-]+)\)", text)
    assert len(links) > 15
    assert not set(links) - set(headings)


def test_what_is_no_table_no_limit_and_no_setting_is_seen() -> None:
    with pytest.raises(KeyError, match="TEXT_BYTES_MOST"):
        Page("{{TEXT_BYTES_MOST}}", {}).text()


def test_an_ask_without_a_place_is_seen() -> None:
    short = Page("{{asks message}}", {})
    short.text()
    assert "conversation.list" in short.untold() and "message.send" not in short.untold()


def test_there_is_advice_on_every_code() -> None:
    assert list(ADVICE) == list(STATUS)


def test_asks_name_codes_of_the_closed_list_and_no_more_than_they_need() -> None:
    for ask in CLIENT_ASKS.values():
        assert set(ask.refusals) <= set(STATUS), ask.name
        assert not {"invalid", "too_large", "unavailable", "internal"} & set(ask.refusals), ask.name
        assert set(codes_of(ask)) >= {"invalid", "internal"}
