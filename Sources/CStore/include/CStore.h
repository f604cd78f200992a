/* SQLite's settings that only C can make: sqlite3_config takes a variable list of arguments, which Swift does not call. */
#pragma once

/* Turns off SQLite's count of the memory it uses, and lets each connection take its first pages at once and keep them.
   Before the first connection of the process; later it changes nothing and returns SQLITE_MISUSE. */
int rv_sqlite_settings(void);
