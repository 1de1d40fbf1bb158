"""One statement for many sets of parameters, on PostgreSQL: they travel as one JSON text and are read as rows.

Whatever it does, a statement costs the driver and the server some 0.3 ms, and one for thirty rows hardly more
(measured on two cores).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import visitors

#: What a mapping of statements calls the one for many rows.
MANY = "many"
#: The column that tells whose a returned row is.
NUMBER = sa.column("number_given", sa.Integer)
_ROWS = "rows_given"
Type = sa.types.TypeEngine[Any]
Finish = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Bulk:
    """A statement over many rows of parameters."""

    statement: Any
    given: Mapping[str, Type]  #: the parameters of a row
    is_numbered: bool  #: whether NUMBER follows what the single statement returns

    def into(self, dialect: sa.Dialect) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
        """What makes each parameter something that JSON can hold, by name; None for what is so already."""
        return tuple((name, _processor(type_, dialect)) for name, type_ in self.given.items())

    def bound(self, rows: Sequence[Sequence[Any]]) -> dict[str, str]:
        """The rows, each in the order of `given`, as the only parameter."""
        names = (*self.given, NUMBER.key)
        listed = [dict(zip(names, (*row, number), strict=True)) for number, row in enumerate(rows)]
        return {_ROWS: json.dumps(listed, ensure_ascii=False)}


def inserting(table: sa.Table, names: Sequence[str], finish: Finish = lambda insert: insert) -> Mapping[str, Any]:
    """An INSERT of these columns for each kind of database, and for many rows at once; `finish` adds to each what
    becomes of conflicts and what is returned."""
    values: dict[str, Any] = {name: sa.bindparam(name) for name in names}
    given = {name: table.c[name].type for name in names}
    rows = _source(given)
    listed = sa.select(*(_column(rows, name, type_) for name, type_ in given.items())).order_by(rows.c[NUMBER.key])
    return {
        "sqlite": finish(sqlite.insert(table).values(values)),
        "postgresql": finish(postgresql.insert(table).values(values)),
        MANY: Bulk(finish(postgresql.insert(table).from_select(list(names), listed)), given, is_numbered=False),
    }


def over_rows(statement: Any, given: Mapping[str, Type]) -> Bulk:
    """A SELECT or an UPDATE, run for each row in place of each set of parameters. `given`: the parameters that are
    told with each call, with their types."""
    rows = _source(given)

    def column_for(element: Any, **_: Any) -> Any:
        of_row = isinstance(element, sa.BindParameter) and element.key in given
        return _column(rows, element.key, given[element.key]) if of_row else None

    over = visitors.replacement_traverse(statement, {}, column_for)
    number = rows.c[NUMBER.key]
    if isinstance(over, sa.Select):
        found = over.lateral("found")
        return Bulk(sa.select(found, number).select_from(rows.join(found, sa.true())), given, is_numbered=True)
    return Bulk(over.returning(number), given, is_numbered=True)


def _source(given: Mapping[str, Type]) -> Any:
    """The rows of parameters as a table. What is JSON itself travels as a text."""
    columns = [sa.column(name, sa.Text() if _is_json(type_) else type_) for name, type_ in given.items()]
    text = sa.cast(sa.bindparam(_ROWS, type_=sa.Text), postgresql.JSONB)
    table = sa.func.jsonb_to_recordset(text).table_valued(NUMBER, *columns)
    return table.render_derived(name="given", with_types=True)


def _column(rows: Any, name: str, type_: Type) -> Any:
    return sa.cast(rows.c[name], type_) if _is_json(type_) else rows.c[name]


def _processor(type_: Type, dialect: sa.Dialect) -> Callable[[Any], Any] | None:
    return json.dumps if _is_json(type_) else type_.dialect_impl(dialect).bind_processor(dialect)


def _is_json(type_: Type) -> bool:
    return isinstance(type_, sa.JSON)
