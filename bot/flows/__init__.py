"""The stories: plain functions that run inside one transaction, gather facts, ask the core and write its effects."""
