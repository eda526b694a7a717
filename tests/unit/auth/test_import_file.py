"""Files of people: how CSV is read, and what each line gets told."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.license import CONTACT_CHARS_MAX, Claims
from contracts.limits import IMPORT_LINES_MAX, IMPORT_PEOPLE_MAX
from contracts.refusals import Refused
from contracts.things import ImportFault
from services.auth.domain.csv_text import Record, records
from services.auth.domain.import_file import Plan, Reading, compare, listed
from services.auth.domain.imports import dry_report, seated
from services.auth.domain.license import Standing
from services.auth.domain.people import Person

HEADER = "login,name,role,email\n"


def read(csv: str, role: str = "admin", *, passwords: bool = False, must_change: bool = False) -> Plan:
    return Reading(role, passwords, must_change, lambda password: ["Too short."] if len(password) < 8 else []).read(csv)


def told(plan: Plan) -> list[tuple[int, str | None]]:
    return [(fault.line, fault.field) for fault in plan.faults]


def fields(plan: Plan) -> list[tuple[int, str, str, str, str | None]]:
    return [(r.line, r.wanted.login, r.wanted.name, r.wanted.role, r.wanted.email) for r in plan.new]


def cells(text: str) -> list[tuple[str, ...]]:
    return [record.cells for record in records(text)]


def person(**changed: Any) -> Person:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    known = {"user_id": "u_1", "login": "ada", "name": "Ada", "role": "agent", "email": "ada@example.com"}
    return Person(**{**known, **changed}, password_hash=b"", created_at="2026-01-01", password_changed_at=at)


def test_columns_may_come_in_any_order_and_email_is_optional() -> None:
    assert fields(read("role,login,name\nagent,ada,Ada\n")) == [(2, "ada", "Ada", "agent", None)]
    assert fields(read("Name , EMAIL,Role,login\nAda,a@b.c, Agent ,ada\n")) == [(2, "ada", "Ada", "agent", "a@b.c")]


def test_what_a_spreadsheet_in_italy_writes() -> None:
    csv = '\ufefflogin;name;role;email\r\nada;"Lovelace; Ada";agent;\r\n;;;\r\ngrace;Hopper, Grace;user;g@h.i\r\n'
    plan = read(csv)
    assert fields(plan) == [(2, "ada", "Lovelace; Ada", "agent", None), (4, "grace", "Hopper, Grace", "user", "g@h.i")]
    assert plan.total == 2 and plan.faults == []


def test_blank_lines_are_none_and_blanks_around_a_cell_nothing() -> None:
    plan = read(f'\n \t\n{HEADER}\n  ada , " Ada ""L"" " ,agent,\n\n')
    assert fields(plan) == [(5, "ada", 'Ada "L"', "agent", None)]
    assert plan.total == 1


def test_a_record_of_several_lines_has_the_number_of_its_first() -> None:
    plan = read(f'{HEADER}ada,"Ada\r\nLovelace\r\n",agent,\r\ngrace,Grace,agent,\r\nlinus,,agent,\r\n')
    assert told(plan) == [(2, "name"), (6, "name")]
    assert [row.line for row in plan.new] == [5]


def test_an_old_mac_ends_its_lines_with_a_return() -> None:
    assert [row.line for row in read("login,name,role\rada,Ada,agent\rgrace,Grace,agent\r").new] == [2, 3]


def test_a_formula_is_text() -> None:
    plan = read(f'{HEADER}ada,"=HYPERLINK(""http://x"",""y"")",agent,+1@x.y\n=cmd,Ada,agent,\n')
    assert fields(plan) == [(2, "ada", '=HYPERLINK("http://x","y")', "agent", "+1@x.y")]
    assert told(plan) == [(3, "login")]


@pytest.mark.parametrize(
    ("header", "fault_fields"),
    [
        ("", [None]),
        ("\n\n", [None]),
        ("ada,Ada,agent,Parley-2026\n", [None, None, None, None, "login", "name", "role"]),
        ("login,name,role,phone\n", [None]),
        ("login,name\n", ["role"]),
        ("login,name,role,name\n", ["name"]),
        ("login,name,role,password\n", ["password"]),
        ('login,name,"role\n', [None]),
        ("login,name,role,\n", [None]),
    ],
)
def test_a_faulty_header_lets_nobody_in(header: str, fault_fields: list[str | None]) -> None:
    plan = read(f"{header}grace,Grace,agent,\n" if header.strip() else header)
    assert (plan.new, plan.total) == ((), 0)
    assert [fault.field for fault in plan.faults] == fault_fields
    assert "Parley-2026" not in str(plan.faults)


@pytest.mark.parametrize(
    ("line", "fault_fields"),
    [
        ("-ada,Ada,agent,", ["login"]),
        ("àda,Ada,agent,", ["login"]),
        (f"{'a' * 65},Ada,agent,", ["login"]),
        (",Ada,agent,", ["login"]),
        ("ada,,agent,", ["name"]),
        (f"ada,{'A' * 101},agent,", ["name"]),
        (f"ada,{'A' * 200_000},agent,", ["name"]),
        ("ada,A\0da,agent,", ["name"]),
        ("ada,Ada,boss,", ["role"]),
        ("ada,Ada,,", ["role"]),
        (f"ada,Ada,agent,{'e' * 255}", ["email"]),
        ("-,,boss,", ["login", "name", "role"]),
        ("ada,Ada", [None]),
        ("ada,Ada,agent,,x", [None]),
        ('ada,"Ada"x,agent,', [None]),
        ("a," * 60, [None]),
        ('ada,"Ada,agent,', [None]),
    ],
)
def test_every_kind_of_bad_line_is_told_with_its_field(line: str, fault_fields: list[str | None]) -> None:
    plan = read(f"{HEADER}grace,Grace,agent,\n{line}\n")
    assert [fault.line for fault in plan.faults] == [3] * len(fault_fields)
    assert [fault.field for fault in plan.faults] == fault_fields
    assert [row.line for row in plan.new] == [2]
    assert plan.total == 2


def test_what_is_within_wrong_quotes_is_nobody() -> None:
    inside = "\nevil,Evil,admin,\n"
    for line in (f'ada,"Ada{inside}', f'ada,"A""da{inside}', f'ada,"Ada"x,"{inside}",', f'ada,"Ada,{inside}",agent,'):
        plan = read(f"{HEADER}{line}")
        assert (list(plan.new), plan.total) == ([], 1), line
        assert plan.faults[0].line == 2


def test_the_later_of_two_with_one_login_is_at_fault() -> None:
    plan = read(f"{HEADER}ada,Ada,agent,\ngrace,Grace,agent,\nADA,Other,agent,\nAda,Ada,boss,\n")
    assert told(plan) == [(4, "login"), (5, "role"), (5, "login")]
    assert "line 2" in plan.faults[0].message
    assert [row.line for row in plan.new] == [2, 3]


def test_who_leads_agents_imports_agents() -> None:
    plan = read(f"{HEADER}ada,Ada,agent,\ngrace,Grace,user,\nlinus,Linus,admin,\n", "user")
    assert told(plan) == [(3, "role"), (4, "role")]
    assert [row.line for row in plan.new] == [2]


def test_passwords_are_taken_as_they_are_and_named_nowhere() -> None:
    csv = "login,name,role,password\nada,Ada,agent, Parley 2026 \ngrace,Grace,agent,short\nlinus,Linus,agent,  \n"
    plan = read(csv, passwords=True, must_change=True)
    assert [(r.wanted.password, r.wanted.must_change) for r in plan.new] == [(" Parley 2026 ", True), (None, False)]
    assert plan.faults == [ImportFault(line=3, message="Too short.", field="password")]


def test_who_is_there_already_is_unchanged_or_at_fault() -> None:
    csv = f"{HEADER}ADA,Ada,agent,\ngrace,Grace,user,\nlinus,Linus,agent,x@y.z\nken,Ken,agent,\n"
    there = {
        "ada": person(),
        "grace": person(login="grace", name="Grace Hopper", role="agent", email=None),
        "linus": person(login="linus", name="Linus"),
    }
    plan = compare(read(csv), there)
    assert (plan.unchanged, [row.key for row in plan.new], plan.total) == (1, ["ken"], 4)
    assert told(plan) == [(3, "login"), (4, "login")]
    assert "name and role." in plan.faults[0].message and "email." in plan.faults[1].message


def test_a_file_has_an_end() -> None:
    people = [f"p{number},P,agent,\n" for number in range(IMPORT_PEOPLE_MAX)]
    assert len(read(HEADER + "".join(people)).new) == IMPORT_PEOPLE_MAX
    for csv in (HEADER + "".join(people) + "one,More,agent,\n", HEADER + "\n" * (IMPORT_LINES_MAX + 1)):
        with pytest.raises(Refused) as caught:
            read(csv)
        assert caught.value.code == "too_large"


def test_every_bad_line_is_listed_of_many_with_its_first_fault() -> None:
    """Of more than a thousand faults the lines of the others were never told."""
    faults = [
        ImportFault(line=line, message=why) for line in range(IMPORT_PEOPLE_MAX + 1, 1, -1) for why in ("No.", "Nor.")
    ]
    shown = listed(faults)
    assert [(fault.line, fault.message) for fault in shown] == [
        (line, "No.") for line in range(2, IMPORT_PEOPLE_MAX + 2)
    ]
    assert listed(faults[:3]) == sorted(faults[:3], key=lambda fault: fault.line)


CELL = st.text(st.sampled_from('ab ,;"\n\t=é'), max_size=6)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_what_was_written_is_read(rows: list[list[str]], line_end: str) -> None:
    """Quoted, with `,` as the separator of the header."""
    header = ["login", "name"]
    text = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + line_end for row in [header, *rows])
    kept = [tuple(row) for row in [header, *rows] if any(cell.strip() for cell in row)]
    assert cells(text) == kept


@given(st.text(st.sampled_from('ab,;"\n\r \ufeff'), max_size=60))
def test_whatever_is_written_ends_and_lines_grow(text: str) -> None:
    last = 0
    for record in records(text):
        assert isinstance(record, Record)
        assert last < record.line <= record.last_line
        last = record.last_line


def test_thousands_without_a_seat_fit_into_one_answer() -> None:
    """Each said in full whom to write to: of NATS' usual megabyte that was too much, and the import a fault of ours."""
    plan = read("login,name,role\n" + "".join(f"p{number},P,agent\n" for number in range(IMPORT_PEOPLE_MAX)))
    now, contact = datetime(2026, 1, 1, tzinfo=UTC), "x" * CONTACT_CHARS_MAX
    licence = Claims(license_id="l_1", customer="E", seats=1, issued_at=now, expires_at=now, contact=contact)
    told = dry_report("i_1", seated(plan, Standing(claims=licence), 1))
    assert [fault.line for fault in told.faults] == list(range(2, IMPORT_PEOPLE_MAX + 2))
    assert contact in told.faults[0].message
    assert {fault.message for fault in told.faults[1:]} == {"As line 2."}
    assert len(msgspec.json.encode(told)) < 500_000
