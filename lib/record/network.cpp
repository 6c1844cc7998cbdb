// Size of a fully connected network.
#include "record/network.hpp"

namespace ghee {

std::int64_t Network::parameters() const
{
    std::int64_t total = 0;
    for (int layer = 0; layer < depth(); ++layer)
        total += (std::int64_t{fan_in(layer)} + 1) * widths[static_cast<std::size_t>(layer)];
    return total;
}

}  // namespace ghee
