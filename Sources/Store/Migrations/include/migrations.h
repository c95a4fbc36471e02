#pragma once
#include <stddef.h>

/* A numbered .sql file of this folder, as it was when the executable was built. */
struct migration {
    const char *name;
    const unsigned char *text;
    size_t length;
};

/* The files in the order in which they are applied; the one after the last has no name. */
struct migration migration_at(size_t index);

struct sql_text {
    const unsigned char *text;
    size_t length;
};

/* What is there before the first migration. */
struct sql_text ground_of_migrations(void);

/* Every function and view, one file each in Functions and Views: those that tables call, and all others. */
struct sql_text definitions_for_tables(void);
struct sql_text other_definitions(void);
