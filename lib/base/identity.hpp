// Stable identities: the same text gives the same id on every machine and in every version.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ghee {

/// FNV-1a 64 with a final avalanche (from MurmurHash3's fmix64), for ids and seeds; not for security.
std::uint64_t stable_hash(std::string_view text);

/// 16 lower-case hexadecimal digits.
std::string hex(std::uint64_t value);

}  // namespace ghee
