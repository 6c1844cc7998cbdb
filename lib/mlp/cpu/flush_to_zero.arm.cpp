// Flush-to-zero by the bit FZ of FPCR, for results and operands.
#include <cstdint>

#include "mlp/cpu/flush_to_zero.hpp"

namespace ghee::mlp::cpu {

namespace {
constexpr std::uint64_t results_and_operands = 1U << 24;

std::uint64_t control()
{
    std::uint64_t bits = 0;
    __asm__ volatile("mrs %0, fpcr" : "=r"(bits));
    return bits;
}
// Nothing that is computed in memory before may come behind it.
void set_control(std::uint64_t bits) { __asm__ volatile("msr fpcr, %0" : : "r"(bits) : "memory"); }
}  // namespace

FlushToZero::FlushToZero() : before_(static_cast<unsigned>(control())) { set_control(before_ | results_and_operands); }
FlushToZero::~FlushToZero() { set_control(before_); }

}  // namespace ghee::mlp::cpu
