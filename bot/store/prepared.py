"""Statements of the hot path, compiled once per kind of database and run without SQLAlchemy's per-call work.

A message needs eight statements; through `Connection.execute` each costs about 60 µs before the database sees it,
compiled beforehand and given to the driver's own cursor about 10 µs (measured). The statements stay SQLAlchemy's, one
source for both databases, and so do the errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from bot.store.bulk import MANY, NUMBER, Bulk, over_rows

#: The kind of column that only PostgreSQL's numbers ask for: there, one that is a float in the driver already.
_FLOAT = 701
#: On a transaction whose stories run abreast: who takes their questions (`store.abreast`).
ASK = "kefu_ask"
Process = Callable[[Any], Any]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Line:
    """Values in a fixed order, some of them not as the driver has them."""

    names: tuple[str, ...]
    made: tuple[tuple[int, Process], ...]  #: what makes the values at these places what they are on the other side

    @classmethod
    def of(cls, processes: Iterable[tuple[str, Process | None]]) -> _Line:
        """From each value's name and what it is made by, None for what is the same on both sides."""
        listed = tuple(processes)
        made = ((place, process) for place, (_, process) in enumerate(listed) if process is not None)
        return cls(tuple(name for name, _ in listed), tuple(made))

    def make(self, values: Iterable[Any]) -> list[Any]:
        """The values on the other side."""
        there = list(values)
        for place, process in self.made:
            there[place] = process(there[place])
        return there


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement in the words of one database."""

    sql: str
    into: _Line  #: parameters, in order for SQLite, unique for PostgreSQL
    positional: bool
    constants: Mapping[str, Any]  #: every parameter, None for those to be given
    out: _Line


@dataclass(frozen=True, slots=True)
class _ManyForm:
    """A statement over many rows of parameters, in the words of PostgreSQL."""

    bulk: Bulk
    form: _Form
    into: _Line  #: a row's parameters, each made what JSON can hold


class Prepared:
    """One statement with named parameters, or one for each kind of database where their dialects differ."""

    def __init__(
        self, statement: Any | Mapping[str, Any], returns: Sequence[sa.ColumnElement[Any]] = (), *,
        key: Sequence[str] = (), abreast: bool = False,
    ) -> None:
        """`returns`: the columns that the statement selects or returns, in its order. `abreast`: where several stories
        of a group ask it at once, it is asked once for all of them (`store.abreast`); of an INSERT made by
        `bulk.inserting` that returns rows, `key` names the columns that tell whose a row is."""
        alike = {"sqlite": statement, "postgresql": statement}
        self._statements: Mapping[str, Any] = statement if isinstance(statement, Mapping) else alike
        self._returns, self._key, self._abreast = tuple(returns), tuple(key), abreast
        self._forms: dict[str, _Form] = {}
        self._many: _ManyForm | None = None

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return isinstance(self._statements["postgresql"], sa.Select)

    def all(self, tx: sa.Connection, values: Mapping[str, Any]) -> list[Row]:
        """Run and return the rows by column name; of a statement that returns nothing, an empty one for each row that
        was touched."""
        if self._abreast and (ask := tx.info.get(ASK)) is not None:
            rows: list[Row] = ask(self, values)
            return rows
        return self._all(tx, self._form(tx), values)

    def one(self, tx: sa.Connection, values: Mapping[str, Any]) -> Row | None:
        """Run and return the only row, or None."""
        rows = self.all(tx, values)
        return rows[0] if rows else None

    def do(self, tx: sa.Connection, values: Mapping[str, Any]) -> int:
        """Run and return how many rows were touched."""
        return len(self.all(tx, values))

    def do_many(self, tx: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run once for each row, in as few calls of the driver as may be."""
        form = self._form(tx)
        if self._abreast and ASK in tx.info:
            for values in rows:
                self.all(tx, values)
        elif self._abreast and tx.dialect.name == "postgresql":
            self.each(tx, rows)
        else:
            _executed(tx, "executemany", form.sql, [_bound(form, values) for values in rows]).close()

    def each(self, tx: sa.Connection, asked: Sequence[Mapping[str, Any]]) -> list[list[Row]]:
        """What `all` returns for each of these values, asked at once. Only on PostgreSQL, of a statement that is asked
        abreast."""
        if self.reads:  # what several want to know alike is looked up once
            different = {tuple(values.items()): values for values in asked}
            if len(different) < len(asked):
                found = dict(zip(different, self.each(tx, list(different.values())), strict=True))
                return [found[tuple(values.items())] for values in asked]
        if len(asked) == 1:
            return [self._all(tx, self._form(tx), asked[0])]
        many = self._many = self._many or self._compile_many(tx.dialect)
        bound = [many.into.make(map(values.get, many.into.names)) for values in asked]
        rows = self._all(tx, many.form, many.bulk.bound(bound))
        if many.bulk.is_numbered:
            return _by(range(len(asked)), rows, lambda row: row.pop(NUMBER.key))
        if not self._returns:
            return [[{}] for _ in asked]
        keys = [tuple(values[name] for name in self._key) for values in asked]
        return _by(keys, rows, lambda row: tuple(row[name] for name in self._key))

    def plan(self, tx: sa.Connection, values: Mapping[str, Any]) -> str:
        """How the database would run it, in the database's words."""
        form = self._form(tx)
        explain = "EXPLAIN" if tx.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        with closing(_executed(tx, "execute", f"{explain} {form.sql}", _bound(form, values))) as cursor:
            return "\n".join(str(row[-1]) for row in cursor.fetchall())

    def _all(self, tx: sa.Connection, form: _Form, values: Mapping[str, Any]) -> list[Row]:
        with closing(_executed(tx, "execute", form.sql, _bound(form, values))) as cursor:
            if not form.out.names:
                return [{}] * cursor.rowcount
            rows = _fetched(tx, form.sql, cursor)
        return [dict(zip(form.out.names, form.out.make(row), strict=True)) for row in rows]

    def _form(self, tx: sa.Connection) -> _Form:
        form = self._forms.get(tx.dialect.name)
        if form is None:
            form = self._forms[tx.dialect.name] = _compiled(
                self._statements[tx.dialect.name], tx.dialect, self._returns
            )
        return form

    def _compile_many(self, dialect: sa.Dialect) -> _ManyForm:
        bulk: Bulk = self._statements.get(MANY) or _over_rows(self._statements["postgresql"], dialect)
        returns = (*self._returns, NUMBER) if bulk.is_numbered else self._returns
        return _ManyForm(bulk, _compiled(bulk.statement, dialect, returns), _Line.of(bulk.into(dialect)))


_BEGIN, _KEEP = Prepared(sa.text("SAVEPOINT attempt")), Prepared(sa.text("RELEASE SAVEPOINT attempt"))
_UNDO = Prepared(sa.text("ROLLBACK TO SAVEPOINT attempt"))


@contextmanager
def attempt(tx: sa.Connection) -> Iterator[None]:
    """Statements of which nothing remains when they raise a fault of the database, while the transaction goes on:
    `Connection.begin_nested` at a tenth of its cost. Only for prepared statements, and not within another."""
    _BEGIN.do(tx, {})
    try:
        yield
    except sa.exc.DBAPIError:
        _UNDO.do(tx, {})
        raise
    _KEEP.do(tx, {})


def among(column: sa.ColumnElement[str], name: str) -> dict[str, sa.ColumnElement[bool]]:
    """The condition, for each kind of database, that a text is among those of the parameter `name`, a list of any
    length: a statement compiled once cannot have a mark for each."""
    listed = sa.func.json_each(sa.bindparam(name, type_=sa.JSON)).table_valued("value")
    return {
        "sqlite": column.in_(sa.select(listed.c.value)),
        "postgresql": column == sa.any_(sa.bindparam(name, type_=postgresql.ARRAY(sa.Text))),
    }


def _compiled(statement: Any, dialect: sa.Dialect, returns: Sequence[sa.ColumnElement[Any]]) -> _Form:
    compiled = statement.compile(dialect=dialect)
    names = tuple(compiled.positiontup) if compiled.positional else tuple(compiled.params)
    types = {name: bind.type.dialect_impl(dialect) for bind, name in compiled.bind_names.items()}
    into = _Line.of((name, types[name].bind_processor(dialect)) for name in names)
    out = _Line.of(
        (str(column.key), column.type.dialect_impl(dialect).result_processor(dialect, _FLOAT)) for column in returns
    )
    return _Form(compiled.string, into, compiled.positional, dict(compiled.params), out)


def _over_rows(statement: Any, dialect: sa.Dialect) -> Bulk:
    binds = statement.compile(dialect=dialect).bind_names
    return over_rows(statement, {name: bind.type for bind, name in binds.items() if bind.required})


def _by(keys: Iterable[Any], rows: Iterable[Row], key: Callable[[Row], Any]) -> list[list[Row]]:
    """The rows of each key, in the order of the keys."""
    found: dict[Any, list[Row]] = {one: [] for one in keys}
    for row in rows:
        found[key(row)].append(row)
    return list(found.values())


def _bound(form: _Form, values: Mapping[str, Any]) -> list[Any] | dict[str, Any]:
    """The values as the driver takes them."""
    given = {**form.constants, **values}
    if len(given) > len(form.constants):
        raise TypeError(f"the statement has no parameter {', '.join(sorted(given.keys() - form.constants.keys()))}")
    bound = form.into.make(map(given.__getitem__, form.into.names))
    return bound if form.positional else dict(zip(form.into.names, bound, strict=True))


def _executed(tx: sa.Connection, method: str, sql: str, bound: Any) -> Any:
    """The driver's own cursor after running a statement."""
    cursor = tx.connection.cursor()
    try:
        getattr(cursor, method)(sql, bound)
    except Exception as error:
        raise _wrapped(tx, sql, error) from error
    return cursor


def _fetched(tx: sa.Connection, sql: str, cursor: Any) -> list[Any]:
    """All rows; SQLite reads while they are fetched, so that is where it may fail."""
    try:
        rows: list[Any] = cursor.fetchall()
    except Exception as error:
        raise _wrapped(tx, sql, error) from error
    return rows


def _wrapped(tx: sa.Connection, sql: str, error: Exception) -> Exception:
    """A driver's error as SQLAlchemy's, without the parameters (they are customers' words); a connection that is
    gone is given up."""
    driver = tx.dialect.loaded_dbapi
    if not isinstance(error, driver.Error):
        return error
    gone = tx.dialect.is_disconnect(error, tx.connection, None)
    if gone:
        tx.invalidate(error)
    return sa.exc.DBAPIError.instance(
        sql, None, error, driver.Error, hide_parameters=True, connection_invalidated=gone, dialect=tx.dialect
    )
