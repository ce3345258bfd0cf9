#pragma once
#include <stddef.h>
#include <stdint.h>

/// The length of the longest prefix of `bytes` that is valid UTF-8 (RFC 3629: no surrogates, no
/// overlong forms, nothing above U+10FFFF). Equal to `count` where all of it is.
size_t utf8_valid_prefix(const uint8_t *bytes, size_t count);

/// The length (1 to 3) of the maximal ill-formed part at `bytes[0]`, which decoders replace by one
/// U+FFFD (Unicode 15, section 3.9). `bytes` must start where `utf8_valid_prefix` stopped.
size_t utf8_ill_formed_length(const uint8_t *bytes, size_t count);
