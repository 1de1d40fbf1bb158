"""`python -m bot` is `kefu`."""

from bot.cli import main

if __name__ == "__main__":
    main()
