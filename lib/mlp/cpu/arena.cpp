// One piece of memory for everything a network needs.
#include "mlp/cpu/arena.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string>

#include <sys/mman.h>

#include "base/error.hpp"

namespace ghee::mlp::cpu {

namespace {
constexpr std::size_t line = 16;  // floats in a cache line
constexpr std::size_t huge_page = std::size_t(2) << 20;
}  // namespace

void Arena::Free::operator()(float* memory) const { std::free(memory); }

std::size_t Arena::reserve(std::size_t floats)
{
    std::size_t const offset = floats_;
    floats_ += (floats + line - 1) / line * line;
    return offset;
}

void Arena::open()
{
    std::size_t const taken = bytes();
    bool const large = taken >= huge_page;
    // Not rounded up to whole huge pages: the last part, less than one, lies on small ones.
    void* memory = nullptr;
    if (posix_memalign(&memory, large ? huge_page : line * sizeof(float), taken) == 0)
        memory_.reset(static_cast<float*>(memory));
    if (!memory_)
        throw Error("the network does not fit into memory", "training it needs " + std::to_string(taken >> 20) + " MiB",
                    "choose a smaller size or batch");
    if (large)
        madvise(memory_.get(), taken, MADV_HUGEPAGE);  // a wish: without it the same numbers come out, later
    std::fill_n(memory_.get(), floats_, std::numeric_limits<float>::quiet_NaN());
}

}  // namespace ghee::mlp::cpu
