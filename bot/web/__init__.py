"""HTTP: the webhook, the try-it page, the queue's JSON, health and metrics. Thin: no rule lives here."""
