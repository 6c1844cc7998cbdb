// Stable hash and its spelling.
#include "base/identity.hpp"

namespace ghee {

std::uint64_t stable_hash(std::string_view text)
{
    std::uint64_t h = 0xCBF29CE484222325u;
    for (unsigned char c : text)
        h = (h ^ c) * 0x100000001B3u;
    h = (h ^ (h >> 33)) * 0xFF51AFD7ED558CCDu;
    h = (h ^ (h >> 33)) * 0xC4CEB9FE1A85EC53u;
    return h ^ (h >> 33);
}

std::string hex(std::uint64_t value)
{
    std::string text(16, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4)
        *digit = "0123456789abcdef"[value & 15];
    return text;
}

}  // namespace ghee
