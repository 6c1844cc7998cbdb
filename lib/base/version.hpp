// Which ghee this is.
#pragma once

namespace ghee {
/// "0.1.0"
char const* version();
/// `git describe` of the sources at configure time, "unknown" outside a checkout.
char const* commit();
}  // namespace ghee
