#include "CStore.h"
#include <sqlite3.h>

/* A connection's first pages, 1 MiB of 4 KiB: a reader forgets its pages at every commit, and reads again about so many. */
enum { first_pages = 256 };

int rv_sqlite_settings(void) {
    int status = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return status != SQLITE_OK ? status : sqlite3_config(SQLITE_CONFIG_PAGECACHE, (void *)0, 0, first_pages);
}
