"""The trainers' files: read with line numbers, checked, compiled, swapped whole."""
