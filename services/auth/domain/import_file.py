"""A file of people to import: what each line wants, and everything that is wrong with it. A line is good or at fault, whole.

Cells are trimmed, but for passwords, which are taken as they are. What looks like a formula is text like any other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import msgspec

from contracts.auth import CreateUser
from contracts.limits import IMPORT_LINES_MAX, IMPORT_PEOPLE_MAX
from contracts.refusals import Refused
from contracts.things import ImportFault
from services.auth.domain.csv_text import Record, records
from services.auth.domain.people import Person, check_creation

REQUIRED = ("login", "name", "role")
COLUMNS = (*REQUIRED, "email", "password")
FAULTS_MAX = 1_000
"""Of more than so many each line's first is told; lines are at most IMPORT_PEOPLE_MAX."""
_COMPARED = ("name", "role", "email")


@dataclass(frozen=True)
class Row:
    """A good line: `wanted` as check_creation left it."""

    line: int
    wanted: CreateUser

    @property
    def key(self) -> str:
        return self.wanted.login.lower()


@dataclass(frozen=True)
class Plan:
    """What is to be done with `total` lines, the header and blank ones not counted: `new` people in the order of the file,
    `unchanged` ones who are there already, and the faults of all other lines."""

    total: int = 0
    new: Sequence[Row] = ()
    unchanged: int = 0
    faults: list[ImportFault] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """Whose import it is, and how the file is to be taken. `password_faults`: every rule that a password does not meet."""

    role: str
    passwords: bool
    must_change: bool
    password_faults: Callable[[str], list[str]]

    def read(self, csv: str) -> Plan:
        """As if nobody were there yet; `compare` says who is. Takes a while: off the event loop. Raises Refused:
        `too_large`."""
        if csv.count("\n") + csv.count("\r") > IMPORT_LINES_MAX:
            raise Refused("too_large", f"At most {IMPORT_LINES_MAX} lines in one file.")
        found = records(csv)
        header = next(found, None)
        faults = self._header_faults(header)
        if header is None or faults:
            return Plan(faults=faults)
        body = list(islice(found, IMPORT_PEOPLE_MAX + 1))
        if len(body) > IMPORT_PEOPLE_MAX:
            raise Refused("too_large", f"At most {IMPORT_PEOPLE_MAX} people in one file.")
        return self._rows([_name(cell) for cell in header.cells], body)

    def _header_faults(self, header: Record | None) -> list[ImportFault]:
        """Says nothing of what is in a cell: where the header was forgotten, it may be a password."""
        line = header.line if header else 1
        if header is None or header.fault:
            return [_fault(line, header.fault if header and header.fault else "There is no header line.")]
        names = [_name(cell) for cell in header.cells]
        faults = [
            _fault(line, f"Column {number} is none of {', '.join(COLUMNS)}.")
            for number, name in enumerate(names, 1)
            if name not in COLUMNS
        ]
        faults += [_fault(line, "This column is missing.", name) for name in REQUIRED if name not in names]
        faults += [_fault(line, "This column is there twice.", name) for name in COLUMNS if names.count(name) > 1]
        if "password" in names and not self.passwords:
            faults.append(_fault(line, "Ask for passwords to be imported, or take this column out.", "password"))
        return faults

    def _rows(self, names: Sequence[str], body: Iterable[Record]) -> Plan:
        total, rows, faults = 0, [], []
        lines_of: dict[str, int] = {}
        for record in body:
            total += 1
            row, wrong = self._row(names, record)
            login = row.login.lower() if row else ""
            if login and (first := lines_of.setdefault(login, record.line)) != record.line:
                wrong.append(_fault(record.line, f"This login is in line {first} already.", "login"))
            faults += wrong
            if row and not wrong:
                rows.append(Row(record.line, row))
        return Plan(total=total, new=rows, faults=faults)

    def _row(self, names: Sequence[str], record: Record) -> tuple[CreateUser | None, list[ImportFault]]:
        """What the line wants, where that can be told at all, and what is wrong with it."""
        if record.fault:
            lines = f" Lines {record.line} to {record.last_line}." if record.last_line > record.line else ""
            return None, [_fault(record.line, record.fault + lines)]
        cells = list(record.cells)
        while len(cells) > len(names) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(names):
            return None, [_fault(record.line, f"{len(cells)} cells where the header has {len(names)}.")]
        by_name = dict(zip(names, cells, strict=True))
        password = by_name.pop("password", "")
        said = {name: cell.strip() for name, cell in by_name.items()}
        wanted = CreateUser(
            login=said["login"],
            name=said["name"],
            role=said["role"].lower(),
            email=said.get("email") or None,
            must_change=bool(password.strip()) and self.must_change,
        )
        wrong: list[ImportFault] = []
        try:
            wanted = check_creation(self.role, wanted)
        except Refused as refused:
            errors = refused.refusal.errors or {"role": [refused.refusal.message]}
            wrong = [_fault(record.line, why, name) for name, all_ in errors.items() for why in all_]
        if password.strip():
            wrong += [_fault(record.line, why, "password") for why in self.password_faults(password)]
            wanted = msgspec.structs.replace(wanted, password=password)
        return wanted, wrong


def compare(plan: Plan, existing: Mapping[str, Person]) -> Plan:
    """The plan where these people, by login in lower case, are there already. An import makes people and changes none: who
    is there as the line says is unchanged, whatever their password; anybody else of that login is a fault. An e-mail is
    compared where the line has one."""
    new, faults = [], []
    for row in plan.new:
        person = existing.get(row.key)
        if person is None:
            new.append(row)
        elif others := [name for name in _COMPARED if _differs(name, person, row.wanted)]:
            message = f"This login is taken by somebody with another {' and '.join(others)}."
            faults.append(_fault(row.line, message, "login"))
    unchanged = len(plan.new) - len(new) - len(faults)
    return replace(plan, new=new, unchanged=plan.unchanged + unchanged, faults=plan.faults + faults)


def listed(faults: Sequence[ImportFault]) -> list[ImportFault]:
    """By line. None is left out: of too many, each line's first."""
    ordered = sorted(faults, key=lambda fault: fault.line)
    if len(ordered) <= FAULTS_MAX:
        return ordered
    first: dict[int, ImportFault] = {}
    for fault in ordered:
        first.setdefault(fault.line, fault)
    return list(first.values())


def without_a_seat(rows: Sequence[Row], why: str) -> list[ImportFault]:
    """Good in themselves, and refused all the same. The sentence has whom to write to: thousands of it fit into no answer."""
    return [_fault(row.line, f"As line {rows[0].line}." if number else why) for number, row in enumerate(rows)]


def _differs(name: str, person: Person, wanted: CreateUser) -> bool:
    value = getattr(wanted, name)
    return value is not None and value != getattr(person, name)


def _name(cell: str) -> str:
    return cell.strip().lower()


def _fault(line: int, message: str, name: str | None = None) -> ImportFault:
    return ImportFault(line=line, message=message, field=name)
