"""Statements of the hot path, compiled once per kind of database and run without SQLAlchemy's per-call work.

A message needs five to eight statements; through `Connection.execute` each costs about 60 µs before the database
sees it, compiled beforehand and given to the driver's own cursor about 10 µs (measured). The statements stay
SQLAlchemy's, one source for both databases, and so do the errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

#: The kind of column that only PostgreSQL's numbers ask for: there, one that is a float in the driver already.
_FLOAT = 701
Process = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement in the words of one database."""

    sql: str
    names: tuple[str, ...]
    into: tuple[tuple[str, Process], ...]  #: parameters, in order for SQLite, unique for PostgreSQL
    positional: bool
    constants: Mapping[str, Any]  #: every parameter, None for those to be given
    out: tuple[tuple[str, Process], ...]


class Prepared:
    """One statement with named parameters, or one for each kind of database where their dialects differ."""

    def __init__(self, statement: Any | Mapping[str, Any], returns: Sequence[sa.ColumnElement[Any]] = ()) -> None:
        """`returns`: the columns that the statement selects or returns, in its order."""
        alike = {"sqlite": statement, "postgresql": statement}
        self._statements: Mapping[str, Any] = statement if isinstance(statement, Mapping) else alike
        self._returns = tuple(returns)
        self._forms: dict[str, _Form] = {}

    def all(self, tx: sa.Connection, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Run and return the rows by column name."""
        form = self._form(tx)
        with closing(self._run(tx, form, values)) as cursor:
            rows = _fetched(tx, form.sql, cursor)
        return [
            {
                name: value if process is None else process(value)
                for (name, process), value in zip(form.out, row, strict=True)
            }
            for row in rows
        ]

    def one(self, tx: sa.Connection, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """Run and return the only row, or None."""
        rows = self.all(tx, values)
        return rows[0] if rows else None

    def do(self, tx: sa.Connection, values: Mapping[str, Any]) -> int:
        """Run and return how many rows were touched."""
        with closing(self._run(tx, self._form(tx), values)) as cursor:
            count: int = cursor.rowcount
        return count

    def do_many(self, tx: sa.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run once for each row, in one call of the driver."""
        form = self._form(tx)
        _executed(tx, "executemany", form.sql, [_bound(form, values) for values in rows]).close()

    def plan(self, tx: sa.Connection, values: Mapping[str, Any]) -> str:
        """How the database would run it, in the database's words."""
        form = self._form(tx)
        explain = "EXPLAIN" if tx.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        with closing(_executed(tx, "execute", f"{explain} {form.sql}", _bound(form, values))) as cursor:
            return "\n".join(str(row[-1]) for row in cursor.fetchall())

    def _run(self, tx: sa.Connection, form: _Form, values: Mapping[str, Any]) -> Any:
        return _executed(tx, "execute", form.sql, _bound(form, values))

    def _form(self, tx: sa.Connection) -> _Form:
        form = self._forms.get(tx.dialect.name)
        if form is None:
            form = self._forms[tx.dialect.name] = self._compile(tx.dialect)
        return form

    def _compile(self, dialect: sa.Dialect) -> _Form:
        compiled = self._statements[dialect.name].compile(dialect=dialect)
        names = tuple(compiled.positiontup) if compiled.positional else tuple(compiled.params)
        types = {name: bind.type.dialect_impl(dialect) for bind, name in compiled.bind_names.items()}
        into = tuple((name, types[name].bind_processor(dialect)) for name in names)
        out = tuple(
            (str(column.key), column.type.dialect_impl(dialect).result_processor(dialect, _FLOAT))
            for column in self._returns
        )
        return _Form(compiled.string, names, into, compiled.positional, dict(compiled.params), out)


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


def _bound(form: _Form, values: Mapping[str, Any]) -> list[Any] | dict[str, Any]:
    """The values as the driver takes them."""
    given = {**form.constants, **values}
    if len(given) > len(form.constants):
        raise TypeError(f"the statement has no parameter {', '.join(sorted(given.keys() - form.constants.keys()))}")
    bound = [given[name] if process is None else process(given[name]) for name, process in form.into]
    return bound if form.positional else dict(zip(form.names, bound, strict=True))


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
