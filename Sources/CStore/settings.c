#include "CStore.h"
#include <sqlite3.h>

/* A connection takes memory for so many pages at once, or for as many as its cache_size was when it took its first. */
enum { first_pages = 1024 };

int rv_sqlite_settings(void) {
    int status = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return status != SQLITE_OK ? status : sqlite3_config(SQLITE_CONFIG_PAGECACHE, (void *)0, 0, first_pages);
}
