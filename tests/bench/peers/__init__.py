"""The peers: other engines trained on our own intents and scored beside us on the same messages."""
