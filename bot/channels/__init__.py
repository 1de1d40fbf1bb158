"""Wire formats: how a chat platform's messages come in, are proven genuine, and how ours go out."""
