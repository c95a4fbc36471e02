#include "migrations.h"

/* #embed is C23; clang offers it in every mode. */
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char foundation[] = {
#embed "0001-foundation.sql"
};
static const unsigned char views[] = {
#embed "0002-views.sql"
};
static const unsigned char creators[] = {
#embed "0003-creators.sql"
};
static const unsigned char operators[] = {
#embed "0004-operators.sql"
};
static const unsigned char engine[] = {
#embed "0005-engine.sql"
};
static const unsigned char outbox[] = {
#embed "0006-outbox.sql"
};
static const unsigned char roles[] = {
#embed "0007-roles.sql"
};
static const unsigned char comments[] = {
#embed "0008-comments.sql"
};
static const unsigned char reorganisation[] = {
#embed "0009-reorganisation.sql"
};
static const unsigned char finality[] = {
#embed "0010-finality.sql"
};
static const unsigned char speed[] = {
#embed "0011-speed.sql"
};
static const unsigned char wrong_network[] = {
#embed "0012-wrong-network.sql"
};

/* Files are only ever added: an applied one never changes. */
static const struct migration migrations[] = {
    {"0001-foundation", foundation, sizeof foundation},
    {"0002-views", views, sizeof views},
    {"0003-creators", creators, sizeof creators},
    {"0004-operators", operators, sizeof operators},
    {"0005-engine", engine, sizeof engine},
    {"0006-outbox", outbox, sizeof outbox},
    {"0007-roles", roles, sizeof roles},
    {"0008-comments", comments, sizeof comments},
    {"0009-reorganisation", reorganisation, sizeof reorganisation},
    {"0010-finality", finality, sizeof finality},
    {"0011-speed", speed, sizeof speed},
    {"0012-wrong-network", wrong_network, sizeof wrong_network},
};

struct migration migration_at(size_t index) {
    struct migration none = {0};
    return index < sizeof migrations / sizeof migrations[0] ? migrations[index] : none;
}
