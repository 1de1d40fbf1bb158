"""The bench: the real server under load from a second process, against the bars and a bare floor."""
