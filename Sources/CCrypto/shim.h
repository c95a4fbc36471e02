#pragma once
/* The low-level SHA-256 calls are marked deprecated since OpenSSL 3, yet they are the fastest it has. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/sha.h>
