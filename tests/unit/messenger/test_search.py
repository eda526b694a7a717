"""What enters the search index, what is asked of it, and when it has to be built anew."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from chassis.bus import Standing
from contracts.messenger import SearchMessages
from contracts.refusals import Refused
from contracts.things import GroupChange, Message
from services.messenger.domain import search
from services.messenger.domain.pages import cursor_of
from services.messenger.domain.search import TERMS_MAX, Build, Hit

NOW = datetime(2026, 3, 4, tzinfo=UTC)
SAID = Message(
    conversation_id="g_1",
    seq=7,
    message_id="m_1",
    client_message_id="c",
    sender_id="u_ada",
    text="Grüße an alle",
    sent_at="2026-03-01T08:30:00.000Z",
)
HEARD = Standing(made_at="monday", heard_up_to=50, first_seq=10)
BUILD = Build(turn=3, made_at="monday", heard_up_to=40, claimed_until="", is_done=True)


def test_what_is_deleted_has_no_words_and_what_nobody_said_is_not_there() -> None:
    entry = search.entry_of(SAID)
    assert entry is not None
    assert entry.words == ["grusse", "an", "alle", ":u_ada"]
    gone = search.entry_of(msgspec.structs.replace(SAID, text="", deleted_at=SAID.sent_at, revision=1))
    assert gone is not None
    assert (gone.words, gone.revision) == ([], 1)
    assert search.entry_of(msgspec.structs.replace(SAID, change=GroupChange(name="Tea"))) is None


@pytest.mark.parametrize(
    ("build", "standing", "is_amiss"),
    [
        (BUILD, HEARD, False),
        (None, HEARD, True),
        (BUILD, HEARD._replace(made_at="tuesday"), True),
        (BUILD, HEARD._replace(heard_up_to=0, first_seq=41), False),
        (BUILD, HEARD._replace(heard_up_to=0, first_seq=42), True),  # 41 was lost before it was heard
        (BUILD, HEARD._replace(heard_up_to=90, first_seq=91), False),
    ],
)
def test_it_is_built_anew_where_something_may_have_been_missed(
    build: Build | None, standing: Standing, is_amiss: bool
) -> None:
    assert search.is_amiss(build, standing) == is_amiss
    if is_amiss:
        assert not search.is_amiss(search.begun(build, standing, ""), standing)


def test_a_query_of_many_words_asks_for_the_longest_and_compares_the_rest() -> None:
    words = [f"word{'x' * length}" for length in range(12)]
    query = search.query_of(SearchMessages(q=" ".join(words)[:100], sender_id="u_ada"), NOW)
    assert len(query.terms.words) == TERMS_MAX
    assert query.terms.words[0] == ":u_ada"
    assert search.is_answer(msgspec.structs.replace(SAID, text=" ".join(words)), query)
    assert not search.is_answer(SAID, query)


def test_nothing_is_looked_for_after_now() -> None:
    late = search.query_of(SearchMessages(q="tea", until="9999-12-31T23:59:59Z"), NOW)
    assert late.terms.until == search.query_of(SearchMessages(q="tea"), NOW).terms.until == NOW


def test_cursors() -> None:
    hit = Hit(NOW - timedelta(days=3), 2**53 - 1, "g_1")
    assert search.query_of(SearchMessages(q="tea", cursor=search.cursor_after(hit)), NOW).before == hit
    for made_up in ("", "W10", cursor_of("2026", "1", "g"), cursor_of("2026-03-04T00:00:00Z", "-1", "g")):
        with pytest.raises(Refused, match="invalid"):
            search.query_of(SearchMessages(q="tea", cursor=made_up), NOW)
