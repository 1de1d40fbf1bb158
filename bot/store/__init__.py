"""Everything that touches SQL: tables, the two databases, and one module of queries per noun."""
