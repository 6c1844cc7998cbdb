// Wall-clock stamps as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace ghee::store {

/// "2026-11-21T10:00:00Z", whole seconds, rounded down.
std::string utc_text(std::int64_t unix_ns);

}  // namespace ghee::store
