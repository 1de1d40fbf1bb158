"""kefu (客服): the assistant behind a Chinese online shop's live chat."""

__version__ = "0.1.0"
