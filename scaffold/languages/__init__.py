"""One module for each language; `scaffold.language` says what each must have."""
