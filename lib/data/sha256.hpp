// The checksum of published files.
#pragma once

#include <string>
#include <string_view>

namespace ghee::data {

/// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

}  // namespace ghee::data
