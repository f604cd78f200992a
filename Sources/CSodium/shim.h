#pragma once
/* libsodium 1.0.18 or later. Nothing is wrapped here: VaultCrypto calls the C functions by their own names. */
#include <sodium.h>
