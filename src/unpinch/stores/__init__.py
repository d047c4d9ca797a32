"""Where a journal is kept: in a SQLite file, or in memory alone."""

from unpinch.stores.base import Report, Store, StoreDamaged, StoreError, StoreTooNew
from unpinch.stores.copies import Copies, copies_folder
from unpinch.stores.feed import Feed
from unpinch.stores.keeper import Keeper
from unpinch.stores.memory import MemoryStore
from unpinch.stores.places import default_path, open_store
from unpinch.stores.sqlite import SqliteStore, examine

__all__ = [
    "Copies",
    "Feed",
    "Keeper",
    "MemoryStore",
    "Report",
    "SqliteStore",
    "Store",
    "StoreDamaged",
    "StoreError",
    "StoreTooNew",
    "copies_folder",
    "default_path",
    "examine",
    "open_store",
]
