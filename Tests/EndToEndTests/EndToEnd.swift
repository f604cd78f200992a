import Testing

/// Real processes on real sockets. One scenario at a time: the machine has few cores, and each Argon2 takes 64 MiB.
@Suite(.serialized) enum EndToEnd {}
