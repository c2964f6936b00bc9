"""The model hub and what was downloaded from it.

`client` asks (with `patience`, and errors from `refusals`), `listing` reads the answer, `selection` chooses the files
of one model, `download` brings them to the disk, `store` knows those that are here, by `lockfile` and `cache`.

`client` alone opens outgoing connections. Must not know what is in a file, nor which model suits a machine.
Doors: `client.fetch_repository`, `selection.select`, `download.download`, `store`, `lockfile`, `cache`.
"""
