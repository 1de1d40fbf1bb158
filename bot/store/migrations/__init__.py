"""The schema's history, oldest first; `kefu migrate` brings a database to the newest."""
