// Stamps in UTC.
#include "store/utc.hpp"

#include <array>
#include <ctime>

namespace ghee::store {

std::string utc_text(std::int64_t unix_ns)
{
    std::int64_t const second = 1'000'000'000;
    std::time_t const seconds = unix_ns / second - (unix_ns % second < 0 ? 1 : 0);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::size_t const length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), length};
}

}  // namespace ghee::store
